/* Starts threads on stacks of their own. */
#ifndef CRJVM_THREAD_START_H
#define CRJVM_THREAD_START_H

#include <stdint.h>

struct clone_args;

/* The arguments of clone, whose order depends on the processor. */
struct clone_words {
  uint64_t flags, stack, parent_tid, child_tid, thread_pointer;
};

/* The child calls life(of, with), which never returns, on the stack that the arguments name. Returns the new id, or an error. */
long start_by_clone(const struct clone_words *words, const void *life, const void *of, uint64_t with);
long start_by_clone3(const struct clone_args *arguments, long size, const void *life, const void *of, uint64_t with);

#endif
