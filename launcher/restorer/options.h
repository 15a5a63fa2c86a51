/* The command line. */
#ifndef CRJVM_OPTIONS_H
#define CRJVM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum { OPTION_LISTENS = 64 };
struct options {
  const char *image;
  const char *fallback; /* program; NULL: none */
  bool verbose, keep_arguments, check, version;
  char **properties; /* "name=value", without -D */
  int property_count;
  struct {
    const char *as_given;
    uint16_t from, to;
  } listens[OPTION_LISTENS];
  int listen_count;
  char **arguments; /* of the application */
  int argument_count;
};

/* slots: room for argc pointers, for the properties. false: why says what is wrong with the command line. */
bool parse_options(struct options *options, int argc, char **argv, char **slots, struct text *why);

/* The port to bind where the image says port. */
uint16_t listen_port(const struct options *options, uint16_t port);

#endif
