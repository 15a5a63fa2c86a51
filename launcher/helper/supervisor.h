/* Answers those calls of criu's that the kernel lets wait (calls.c), and opens its files for it. criu opens them by name, with the
 * capability, in a folder that its caller can write to: by a planted link it would write wherever the capability lets it, or read what it
 * never wrote. */
#ifndef CRJVM_SUPERVISOR_H
#define CRJVM_SUPERVISOR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "die.h"

enum { SUPERVISED_FOLDERS = 16 };

typedef char file_name[NAME_MAX + 1];

struct supervisor {
  int images;                      /* the folder */
  int listener;                    /* the kernel's, of criu's system calls; -1: there is none */
  int folders[SUPERVISED_FOLDERS]; /* the folder as criu has opened it */
  size_t folder_count;
  file_name *names; /* files that criu has made */
  size_t count;
  bool executed;    /* criu's program */
  int refused_call; /* the first system call that was not in the list; -1: none */
};

/* In criu's process, before the exec: from here on such calls wait for the supervisor, which gets the listener through the socket. */
bool submit_to_supervisor(int socket);

/* In the waiting process. False: criu's process did not get that far. */
bool receive_listener(struct supervisor *supervisor, int socket);

/* Answers one call; returns at once when there is none. The capability that criu has has to be permitted, not effective: without it no
 * process may look at criu. */
void answer_call(struct supervisor *supervisor);

/* Whether a file may be opened, and as what: a descriptor, or the negative number of an error. name: of a file in the folder, or ".". For
 * the unit tests, too. */
int open_for_engine(struct supervisor *supervisor, const char *name, int flags, mode_t mode);

/* Whether a file outside of the folder may be opened to be written. For the unit tests, too. */
bool may_write_elsewhere(const char *name);

void end_supervisor(struct supervisor *supervisor);

#endif
