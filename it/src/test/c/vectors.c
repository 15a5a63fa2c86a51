/* A library for programs on 64-bit ARM: where it is loaded, a thread computes with all of the processor's vector registers (SVE), and looks
 * whether one of them has changed. It rests now and then, until a file named by VECTORS_BUSY exists. The thread's name tells how it goes:
 * "vectors N" counts, and "lost" stays. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 256 /* bytes of a vector */, SPINS = 300000, REST_NS = 2000000, TELLING = 1000 };

/* The vector registers, and behind them the predicate registers, whose size is an eighth. */
enum { VECTORS = 32, PREDICATES = 16, ROOM = VECTORS * LONGEST + PREDICATES * LONGEST / 8 };

#define ONE(what, kind, number, at) what " " kind #number ", [" at ", #" #number ", mul vl]\n\t"
#define FOUR(what, kind, at, a, b, c, d) \
  ONE(what, kind, a, at) ONE(what, kind, b, at) ONE(what, kind, c, at) ONE(what, kind, d, at)
#define SIXTEEN(what, kind, at) \
  FOUR(what, kind, at, 0, 1, 2, 3) \
  FOUR(what, kind, at, 4, 5, 6, 7) \
  FOUR(what, kind, at, 8, 9, 10, 11) \
  FOUR(what, kind, at, 12, 13, 14, 15)
#define OTHER_SIXTEEN(what, kind, at) \
  FOUR(what, kind, at, 16, 17, 18, 19) \
  FOUR(what, kind, at, 20, 21, 22, 23) \
  FOUR(what, kind, at, 24, 25, 26, 27) \
  FOUR(what, kind, at, 28, 29, 30, 31)

/* Loads all registers, counts to a number, and stores them again. Nothing in between calls the kernel. */
static void keep_in_registers(const uint8_t *vectors, const uint8_t *predicates, uint8_t *vectors_after,
                              uint8_t *predicates_after) {
  long count = SPINS;
  __asm__ volatile(SIXTEEN("ldr", "z", "%1") OTHER_SIXTEEN("ldr", "z", "%1") SIXTEEN("ldr", "p", "%2")
                   "1: subs %0, %0, #1\n\t"
                   "b.ne 1b\n\t" SIXTEEN("str", "z", "%3") OTHER_SIXTEEN("str", "z", "%3") SIXTEEN("str", "p", "%4")
                   : "+r"(count)
                   : "r"(vectors), "r"(predicates), "r"(vectors_after), "r"(predicates_after)
                   : "memory", "cc", "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10", "z11", "z12", "z13", "z14",
                     "z15", "z16", "z17", "z18", "z19", "z20", "z21", "z22", "z23", "z24", "z25", "z26", "z27", "z28", "z29", "z30",
                     "z31", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15");
}

static int are_kept(unsigned round) {
  static uint8_t before[ROOM], after[ROOM];
  static size_t length;
  if (length == 0) length = (size_t)(prctl(PR_SVE_GET_VL) & PR_SVE_VL_LEN_MASK);
  size_t all = VECTORS * length + PREDICATES * length / 8;
  for (size_t i = 0; i < all; i++) before[i] = (uint8_t)(round * 31 + i * 7 + i / length * 13);
  memset(after, 0, sizeof after);
  keep_in_registers(before, before + VECTORS * length, after, after + VECTORS * length);
  return memcmp(before, after, all) == 0;
}

/* Without rests there are calls of the kernel in one of many rounds only: criu stops a thread in a call only by a rare chance. */
static void *compute(void *file) {
  int rests = 1, kept = 1;
  for (unsigned round = 1; kept; round++) {
    char name[16] = "lost";
    kept = are_kept(round);
    if (kept && !rests && round % TELLING != 0) continue;
    if (kept) snprintf(name, sizeof name, "vectors %u", round);
    prctl(PR_SET_NAME, name);
    rests = rests && access(file, F_OK) != 0;
    if (rests) nanosleep(&(struct timespec){0, REST_NS}, NULL);
  }
  pause();
  return NULL;
}

__attribute__((constructor)) static void start(void) {
  static char file[4096];
  pthread_t thread;
  const char *name = getenv("VECTORS_BUSY");
  if (name == NULL || strlen(name) >= sizeof file) return;
  strcpy(file, name);
  pthread_create(&thread, NULL, compute, file);
}
