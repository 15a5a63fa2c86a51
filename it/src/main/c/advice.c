/* The JNI library of ObjectApplication for memory that was marked by madvise and similar calls, as libraries of cryptography
 * and runtimes do. */
#define _GNU_SOURCE /* It has to come before the first system header. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "objects.h"

enum { PAGE = 4096, PAGES = 3, WIPED = 1, GUARDED = 2, LOCKED = 3, LOCKED_LATE = 4 };

/* The headers may be older than the kernels that have these. */
enum { GUARD_INSTALL = 102, SEAL = 462 };
#define DROPPABLE 0x08

static struct place {
  int advice, map, kind;
  unsigned char *at;
  pid_t maker;
  char flags[256]; /* The flags are in the form of smaps. */
} wiped = {.advice = MADV_WIPEONFORK, .kind = WIPED}, unforked = {.advice = MADV_DONTFORK}, undumped = {.advice = MADV_DONTDUMP},
  sequential = {.advice = MADV_SEQUENTIAL}, scattered = {.advice = MADV_RANDOM}, mergeable = {.advice = MADV_MERGEABLE},
  huge = {.advice = MADV_HUGEPAGE}, small = {.advice = MADV_NOHUGEPAGE}, guarded = {.advice = GUARD_INSTALL, .kind = GUARDED},
  droppable = {.map = DROPPABLE, .kind = WIPED}, unreserved = {.map = MAP_PRIVATE | MAP_NORESERVE},
  downward = {.map = MAP_PRIVATE | MAP_GROWSDOWN}, locked = {.kind = LOCKED}, locked_late = {.kind = LOCKED_LATE};

/* Reads the mapping's flags except two: sd, which the kernel sets by itself for pages that were written, and lf, because a restored
 * process has all locked pages at once. */
static bool read_flags(const struct place *place, char flags[256]) {
  FILE *smaps = fopen("/proc/self/smaps", "r");
  char line[512];
  unsigned long start, end;
  bool inside = false, found = false;
  if (smaps == NULL) return false;
  while (!found && fgets(line, sizeof line, smaps) != NULL) {
    if (sscanf(line, "%lx-%lx ", &start, &end) == 2) inside = start == (unsigned long)place->at;
    found = inside && strncmp(line, "VmFlags: ", 9) == 0;
  }
  fclose(smaps);
  if (!found) return false;
  flags[0] = '\0';
  for (const char *flag = strtok(line + 9, " \n"); flag != NULL; flag = strtok(NULL, " \n"))
    if (strcmp(flag, "sd") != 0 && strcmp(flag, "lf") != 0) strncat(strncat(flags, flag, 3), " ", 2);
  return true;
}

/* Makes the mapping between pages without any rights, so that it stays a mapping of its own. */
static int make(struct place *place) {
  int map = MAP_ANONYMOUS | MAP_FIXED | (place->map != 0 ? place->map : MAP_PRIVATE);
  unsigned char *all = mmap(NULL, (PAGES + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) return -1;
  place->at = all + PAGE;
  if (mmap(place->at, PAGES * PAGE, PROT_READ | PROT_WRITE, map, -1, 0) == MAP_FAILED) return -1;
  memset(place->at, 0x5a, PAGES * PAGE);
  unsigned char *from = place->kind == GUARDED ? place->at + PAGE : place->at;
  if (place->advice != 0 && madvise(from, place->kind == GUARDED ? PAGE : PAGES * PAGE, place->advice) != 0) return -1;
  if (place->kind == LOCKED && mlock(place->at, PAGES * PAGE) != 0) return -1;
  if (place->kind == LOCKED_LATE && mlock2(place->at, PAGES * PAGE, MLOCK_ONFAULT) != 0) return -1;
  place->maker = getpid();
  return read_flags(place, place->flags) ? 0 : -1;
}

static bool is_readable(const unsigned char *at) {
  unsigned char byte;
  struct iovec here = {&byte, 1}, there = {(void *)at, 1};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;
}

static const char *check(const struct place *place) {
  static char other[600];
  char flags[256];
  unsigned char expected = place->kind == WIPED && getpid() != place->maker ? 0 : 0x5a;
  if (!read_flags(place, flags)) return "the mapping is gone";
  if (strcmp(flags, place->flags) != 0) {
    snprintf(other, sizeof other, "the flags are %sinstead of %s", flags, place->flags);
    return other;
  }
  for (int i = 0; i < PAGES; i++) {
    if (place->kind == GUARDED && i == 1) {
      if (is_readable(place->at + PAGE)) return "the guard is gone";
    } else if (place->at[i * PAGE] != expected || place->at[i * PAGE + PAGE - 1] != expected) {
      return "the content differs";
    }
  }
  return NULL;
}

#define PLACE(name) \
  static int make_##name(const char *folder) { \
    (void)folder; \
    return make(&name); \
  } \
  static const char *check_##name(void) { return check(&name); }

PLACE(wiped)
PLACE(unforked)
PLACE(undumped)
PLACE(sequential)
PLACE(scattered)
PLACE(mergeable)
PLACE(huge)
PLACE(small)
PLACE(guarded)
PLACE(droppable)
PLACE(unreserved)
PLACE(downward)
PLACE(locked)
PLACE(locked_late)

/* Seals memory for ever: nobody can undo that. */
static int make_sealed(const char *folder) {
  void *at = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)folder;
  return at == MAP_FAILED ? -1 : (int)syscall(SEAL, at, (size_t)PAGE, 0UL);
}

const struct object advised[] = {
    {"wiped-memory", make_wiped, check_wiped, NULL},
    {"unforked-memory", make_unforked, check_unforked, NULL},
    {"undumped-memory", make_undumped, check_undumped, NULL},
    {"sequential-memory", make_sequential, check_sequential, NULL},
    {"scattered-memory", make_scattered, check_scattered, NULL},
    {"mergeable-memory", make_mergeable, check_mergeable, NULL},
    {"huge-memory", make_huge, check_huge, NULL},
    {"small-memory", make_small, check_small, NULL},
    {"guarded-memory", make_guarded, check_guarded, NULL},
    {"droppable-memory", make_droppable, check_droppable, NULL},
    {"unreserved-memory", make_unreserved, check_unreserved, NULL},
    {"downward-memory", make_downward, check_downward, NULL},
    {"locked-memory", make_locked, check_locked, NULL},
    {"late-locked-memory", make_locked_late, check_locked_late, NULL},
    {"sealed-memory", make_sealed, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
