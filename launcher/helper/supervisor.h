/* Answers the calls of criu's that the kernel keeps waiting (calls.c), and opens its files for it. criu opens them by name, with
 * the capability, in a folder that its caller can write to. Through a planted link it would write wherever the capability allows,
 * or read files that it did not write. */
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
  int listener;                    /* the kernel's listener for criu's system calls, or -1 */
  int folders[SUPERVISED_FOLDERS]; /* the folder as criu has opened it */
  size_t folder_count;
  file_name *names; /* files that criu has created */
  size_t count;
  bool executed;    /* criu has been executed */
  int refused_call; /* the first system call that was not in the list, or -1 */
  pid_t process;    /* the process that criu dumps, or 0 if its threads are not looked at */
  int proc;         /* the folder of the process below /proc */
  bool has_looked;  /* the threads of the process were looked at, when criu had stopped them */
  pid_t losing;     /* a thread that would have lost registers, for which the dump was ended, or 0 */
};

/* Runs in criu's process, before the exec: from here on the calls wait for the supervisor. The socket carries the listener to the
 * supervisor. */
bool submit_to_supervisor(int socket);

/* Runs in the waiting process. Returns false if criu's process did not get that far. */
bool receive_listener(struct supervisor *supervisor, int socket);

/* Answers one call, and returns at once if none waits. The capability that criu has must be permitted here, though not effective:
 * without it the kernel lets no process look at criu. */
void answer_call(struct supervisor *supervisor);

/* Opens a file for criu if it may be opened. Returns a descriptor, or the negative number of an error. name is a file in the
 * folder, or ".". The unit tests call it, too. */
int open_for_engine(struct supervisor *supervisor, const char *name, int flags, mode_t mode);

/* Returns true if criu may open a file outside of the folder for writing. The unit tests call it, too. */
bool may_write_elsewhere(const char *name);

/* Deletes the files that criu has made, for another attempt. */
void remove_files(struct supervisor *supervisor);

void end_supervisor(struct supervisor *supervisor);

#endif
