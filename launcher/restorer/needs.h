/* What an image takes of the resources that a process may be limited in. */
#ifndef CRJVM_NEEDS_H
#define CRJVM_NEEDS_H

#include "plan_lookup.h"
#include "text.h"

struct needs { /* bytes */
  uint64_t address_space;
  uint64_t data;  /* private writable memory, as RLIMIT_DATA counts it */
  uint64_t stack; /* the largest stack that the kernel lets grow */
  uint64_t locked;
  uint64_t file;     /* the largest object of shared memory: a file to the kernel */
  uint64_t resident; /* what is copied, and what the first full collection of the Java heap touches */
  uint64_t heap;     /* what the Java heap may grow to; 0: unknown */
};
void sum_needs(const struct plan *plan, struct needs *needs);

/* The memory cgroup out of /proc/self/cgroup: of the hierarchy of its own that cgroup v1 has (old), or of v2. Path: "/…";
 * false: there is none. */
bool find_memory_group(const char *groups, bool old, struct text *path);
/* The content of memory.max or memory.limit_in_bytes; ~0: no limit, or nothing that can be understood. */
uint64_t parse_memory_limit(const char *content);

#endif
