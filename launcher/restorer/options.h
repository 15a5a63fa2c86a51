/* Parses the command line. */
#ifndef CRJVM_OPTIONS_H
#define CRJVM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "text.h"

enum { OPTION_LISTENS = 64, OPTION_MAPS = 32, OPTION_VM_OPTIONS = 64, OPTION_PATTERNS = 64 };

/* Patterns for names, in which * stands for any text. */
struct patterns {
  const char *all[OPTION_PATTERNS];
  int count;
};

struct listen {
  const char *as_given;
  bool transports[TRANSPORTS];
  bool follows;                /* it comes from a setting: nobody has asked for this port */
  struct endpoint from, to;    /* port 0 in to: any free port */
  uint16_t chosen[TRANSPORTS]; /* chosen by the kernel, for every socket to which this applies */
};

struct options {
  const char *image;
  const char *fallback;    /* program; NULL: none */
  char **command;          /* the unchanged command of the normal start; NULL: none */
  const char *reason_file; /* takes the reason for a normal start; NULL: standard error */
  const char *port_file;   /* NULL: none */
  const char *report;      /* "json" or "json:FILE"; NULL: none */
  uint64_t time_limit;     /* seconds; 0: not given */
  bool verbose, keep_arguments, check, version, same_pid, has_command, has_arguments;
  bool processor;                /* only shows what the compiler has to know of this processor */
  bool limit_features;           /* starts the program that is named behind "--" */
  bool check_place;              /* only checks that no other user could have put the image there */
  bool await_connection;         /* sleeps until somebody connects to a port of the image */
  bool park;                     /* waits in the pool until a start takes this copy */
  uint64_t after;                /* seconds before the copy is made */
  bool no_parked;                /* does not take a parked copy */
  bool cold;                     /* a trial restore that finds out which pages are read */
  bool verified;                 /* the verifier has checked the image at this path, but no image that replaces it */
  uint64_t arguments_of_command; /* number of its last words that are the application's arguments */
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
  char **arguments; /* arguments of the application */
  int argument_count;
};

/* slots has room for argc pointers, for the properties. Returns false and says in why what is wrong with the command line. */
bool parse_options(struct options *options, int argc, char **argv, char **slots, struct text *why);

/* Works like --listen FROM=TO for TCP, unless there is a --listen for that port. Messages name the setting. */
void follow_port(struct options *options, const char *setting, uint16_t from, uint16_t to);

/* Finds the --listen for a socket that the image has bound to at, or NULL. The first that fits counts. */
struct listen *find_listen(struct options *options, const struct endpoint *at, enum transport transport);

/* Finds the --map with the longest OLD that equals the path or contains it, or NULL. */
const struct path_map *find_map(const struct options *options, const char *path);

/* Finds the descriptors that arguments name by a path, as shells do for <(COMMAND). They are ascending and unique, without the
 * standard streams. Returns how many there are; those for which there is no room are left out. */
int find_named_descriptors(const struct options *options, int *into, int room);

#endif
