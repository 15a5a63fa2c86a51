/* The command line. */
#ifndef CRJVM_OPTIONS_H
#define CRJVM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "text.h"

enum { OPTION_LISTENS = 64, OPTION_MAPS = 32, OPTION_VM_OPTIONS = 64, OPTION_PATTERNS = 64 };

/* Of names; * is any text. */
struct patterns {
  const char *all[OPTION_PATTERNS];
  int count;
};

struct listen {
  const char *as_given;
  bool transports[TRANSPORTS];
  bool follows;                /* a setting, that is: nobody has asked for this port */
  struct endpoint from, to;    /* port 0 in to: any that is free */
  uint16_t chosen[TRANSPORTS]; /* by the kernel, for every socket that this applies to */
};

struct options {
  const char *image;
  const char *fallback;    /* program; NULL: none */
  char **command;          /* of the normal start, as it is; NULL: none */
  const char *reason_file; /* says why there is a normal start; NULL: standard error does */
  const char *port_file;   /* NULL: none */
  const char *report;      /* "json" or "json:FILE"; NULL: none */
  uint64_t time_limit;     /* seconds; 0: not given */
  bool verbose, keep_arguments, check, version, same_pid, has_command, has_arguments;
  bool check_place;              /* only whether another user could have put the image there */
  bool verified;                 /* the image was checked by its path: what takes its place was not */
  uint64_t arguments_of_command; /* how many of its last words are the application's arguments */
  char **properties;             /* "name=value", without -D */
  int property_count;
  char *vm_options[OPTION_VM_OPTIONS]; /* "Name=Value" */
  int vm_option_count;
  struct listen listens[OPTION_LISTENS];
  int listen_count;
  struct path_map {
    const char *from, *to; /* from: up to its "=" */
    size_t from_length;
  } maps[OPTION_MAPS];
  int map_count;
  struct patterns match_environment, match_property;
  char **arguments; /* of the application */
  int argument_count;
};

/* slots: room for argc pointers, for the properties. false: why says what is wrong with the command line. */
bool parse_options(struct options *options, int argc, char **argv, char **slots, struct text *why);

/* As --listen FROM=TO for TCP, unless there is one for that port; a setting says so, for messages. */
void follow_port(struct options *options, const char *setting, uint16_t from, uint16_t to);

/* What --listen says about a socket that the image has bound there; NULL: nothing. The first that fits counts. */
struct listen *find_listen(struct options *options, const struct endpoint *at, enum transport transport);

/* What --map says about a path: the longest OLD that it is or lies below; NULL: nothing. */
const struct path_map *find_map(const struct options *options, const char *path);

/* The descriptors that arguments name by a path, as shells do for <(COMMAND): ascending, no one twice, none of the standard streams.
 * Returns how many; those that there is no room for are left out. */
int find_named_descriptors(const struct options *options, int *into, int room);

#endif
