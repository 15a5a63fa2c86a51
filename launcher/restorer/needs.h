/* Computes how much of the limited resources an image needs. */
#ifndef CRJVM_NEEDS_H
#define CRJVM_NEEDS_H

#include "plan_lookup.h"
#include "text.h"

struct needs { /* bytes */
  uint64_t address_space;
  uint64_t data;  /* private writable memory, as RLIMIT_DATA counts it */
  uint64_t stack; /* the largest stack that the kernel lets grow */
  uint64_t locked;
  uint64_t file;     /* the largest object of shared memory, which is a file to the kernel */
  uint64_t resident; /* bytes that are copied, and those that the first requests and the first full collection probably write */
  uint64_t heap;     /* the largest size of the Java heap; 0: unknown */
};
void sum_needs(const struct plan *plan, struct needs *needs);

/* Finds the memory cgroup in /proc/self/cgroup: that of the separate hierarchy in cgroup v1 (old), or that of v2. The path begins
 * with "/". Returns false if there is none. */
bool find_memory_group(const char *groups, bool old, struct text *path);
/* Parses the content of memory.max or memory.limit_in_bytes. Returns ~0 if there is no limit, or none that it understands. */
uint64_t parse_memory_limit(const char *content);

#endif
