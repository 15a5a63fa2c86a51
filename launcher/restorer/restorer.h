/* Holds the state that all parts share: the command line, the plan, and the open descriptors. */
#ifndef CRJVM_RESTORER_H
#define CRJVM_RESTORER_H

#include "cpu.h"
#include "identity.h"
#include "options.h"
#include "plan_file.h"

struct restorer {
  char **environment; /* copies in own memory: the stack that the kernel made is unmapped */
  int argument_count;
  char **arguments;
  char **fallback_arguments; /* room for the words of a normal start */
  struct options options;
  struct plan plan;
  struct cpu cpu;
  struct machine_facts machine;
  struct file_identity plan_file, memory_file; /* before anything was read from them */
  int image_fd, memory_fd;                     /* image_fd: -1 before it is opened and after it is closed */
  int staging;                                 /* the lowest number that is above all descriptors of the plan */
  int named[16];                               /* the descriptors that arguments name: they stay open */
  int named_count;
  int taker;             /* the connection with the start that has taken this parked copy; -1: none */
  uint64_t started;      /* kernel's monotonic clock, nanoseconds */
  uint64_t memory_limit; /* bytes, if the heap may grow beyond them; else 0 */
  bool differs;          /* the application has read something before the checkpoint that is different now */
};
extern struct restorer self;

#endif
