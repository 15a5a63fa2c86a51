/* Compares what surrounds two processes: what a process has got from those that started it, and can't hand over to another. */
#include "surroundings.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "kernel_names.h"
#include "syscall.h"

enum {
  ROOM = 1 << 14,
  IO_BY_PROCESS = 1, /* IOPRIO_WHO_PROCESS */
  MANY_TASKS = 1000, /* systemd gives every service a limit of some thousands, which is not meant for one application */
};

static char *own, *others, *first; /* contents of files: this process's, the other one's, and process 1's */

static long read_file(const char *path, char *into) {
  long fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC), got = 0, length = 0;
  if (fd < 0) {
    *into = 0;
    return fd;
  }
  while (length < ROOM - 1 && (got = sys(read, fd, into + length, ROOM - 1 - length)) > 0) length += got;
  into[length] = 0;
  sys(close, fd);
  return got < 0 ? got : length;
}

static long read_of(int32_t process, const char *name, char *into) {
  char buffer[64];
  struct text path = TEXT(buffer);
  if (process) append(&path, "/proc/%d/%s", process, name);
  else append(&path, "/proc/self/%s", name);
  return read_file(buffer, into);
}

/* Compares a small file below /proc. A kernel that lacks it, lacks it for both. */
static bool has_same_file(int32_t process, const char *name) {
  long here = read_of(0, name, own), there = read_of(process, name, others);
  return here == there && text_equal(own, others);
}

static bool has_same_link(int32_t process, const char *name) {
  char buffer[64];
  struct text path = TEXT(buffer);
  struct stat here, there;
  append(&path, "/proc/self/%s", name);
  long error = sys(newfstatat, AT_FDCWD, buffer, &here, 0);
  path.length = 0;
  append(&path, "/proc/%d/%s", process, name);
  long others_error = sys(newfstatat, AT_FDCWD, buffer, &there, 0);
  if (error == -ENOENT && others_error == -ENOENT) return true; /* an older kernel has no such namespace */
  return !error && !others_error && here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

/* Returns the line of a status file that begins with this name. */
static const char *find_line(const char *file, const char *name) {
  for (const char *line = file; line && *line; line = text_find(line, '\n') ? text_find(line, '\n') + 1 : NULL)
    if (text_starts(line, name)) return line;
  return "";
}

static bool is_same_line(const char *a, const char *b) {
  while (*a && *a != '\n' && *a == *b) a++, b++;
  return (!*a || *a == '\n') && (!*b || *b == '\n');
}

static bool differ(struct text *why, const char *what) {
  append(why, "its %s in /proc is another", what);
  return false;
}

/* The kernel does not say what a filter does, only how many there are. So both processes may have only those that process 1 has, too: a
 * container's. All of its processes have inherited them. */
static bool has_common_filters(void) {
  const char *mode = find_line(own, "Seccomp:"), *count = find_line(own, "Seccomp_filters:");
  if (!*mode || is_same_line(mode, "Seccomp:\t0")) return true;
  return *count && read_of(1, "status", first) > 0 && is_same_line(count, find_line(first, "Seccomp_filters:"));
}

static bool has_same_status(int32_t process, struct text *why) {
  static const char *const NAMES[] = {
      "Uid:",    "Gid:",        "Groups:",  "CapInh:",          "CapPrm:",       "CapEff:",      "CapBnd:",
      "CapAmb:", "NoNewPrivs:", "Seccomp:", "Seccomp_filters:", "Cpus_allowed:", "Mems_allowed:"};
  if (read_of(0, "status", own) <= 0 || read_of(process, "status", others) <= 0) {
    append(why, "its status can't be read");
    return false;
  }
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    if (is_same_line(find_line(own, NAMES[i]), find_line(others, NAMES[i]))) continue;
    return differ(why, NAMES[i]);
  }
  if (has_common_filters()) return true;
  append(why, "its seccomp filters can't be compared");
  return false;
}

static bool has_same_priorities(int32_t process) {
  return sys(getpriority, 0, process) == sys(getpriority, 0, 0) &&
         sys(sched_getscheduler, process) == sys(sched_getscheduler, 0) &&
         sys(ioprio_get, IO_BY_PROCESS, process) == sys(ioprio_get, IO_BY_PROCESS, 0);
}

static bool is_many(const char *content) {
  const char *end = content;
  uint64_t value;
  while (*end >= '0' && *end <= '9') end++;
  return parse_number(content, end, ~0ul, &value) && value >= MANY_TASKS;
}

/* Returns true if a control group or one above it, below the common one, limits its processes. path begins with a slash; the first
 * common bytes of it are the common group's. */
static bool is_limited(char *path, size_t common) {
  static const char *const FILES[] = {"memory.max", "memory.high", "memory.swap.max", "cpu.max",
                                      "pids.max",   "cpuset.cpus", "io.max"};
  static char name[8192], content[ROOM];
  for (size_t length = text_length(path); length > common; path[length] = 0) {
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
      struct text file = TEXT(name);
      append(&file, "/sys/fs/cgroup%s/%s", path, FILES[i]);
      if (read_file(name, content) <= 1 || text_starts(content, "max")) continue;
      if (!text_equal(FILES[i], "pids.max") || !is_many(content)) return true;
    }
    while (length > common && path[length - 1] != '/') length--;
    if (length) length--;
  }
  return false;
}

/* Control groups may differ if neither has limits that the other has not. The copy stays in its own. */
static bool has_same_groups(int32_t process, struct text *why) {
  read_of(0, "cgroup", own);
  read_of(process, "cgroup", others);
  if (text_equal(own, others)) return true;
  append(why, "it is in another control group, which has limits");
  char *here = (char *)(uintptr_t)find_line(own, "0::/"), *there = (char *)(uintptr_t)find_line(others, "0::/");
  if (here != own || there != others) return false; /* groups of the older kind have limits each */
  for (char *line = here; *line; line++)
    if (*line == '\n') *line = 0;
  for (char *line = there; *line; line++)
    if (*line == '\n') *line = 0;
  here += 3, there += 3;
  size_t common = 0;
  for (size_t i = 0; here[i] && here[i] == there[i]; i++)
    if (here[i] == '/') common = i;
  if (is_limited(here, common) || is_limited(there, common)) return false;
  why->length = 0;
  return true;
}

static const char SCORE[] = "/proc/self/oom_score_adj";
static char score_before[16];

static bool write_score(const char *digits) {
  long fd = sys(openat, AT_FDCWD, SCORE, O_WRONLY | O_CLOEXEC), done = -1;
  if (fd < 0) return false;
  done = sys(write, fd, digits, text_length(digits));
  sys(close, fd);
  return done > 0;
}

static void make_room(void) {
  if (!own) own = allocate(ROOM), others = allocate(ROOM), first = allocate(ROOM);
}

void volunteer_for_end(void) {
  make_room();
  struct text before = TEXT(score_before);
  if (read_file(SCORE, own) <= 0) return;
  append(&before, "%s", own);
  write_score("1000");
}

bool withdraw_from_end(void) { return !*score_before || write_score(score_before); }

bool has_same_surroundings(int32_t process, struct text *why) {
  static const char *const LINKS[] = {"ns/cgroup", "ns/ipc",  "ns/mnt", "ns/net", "ns/pid",
                                      "ns/time",   "ns/user", "ns/uts", "root"};
  static const char *const FILES[] = {"attr/current", "coredump_filter"};
  make_room();
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) {
    if (has_same_link(process, LINKS[i])) continue;
    return differ(why, LINKS[i]);
  }
  for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
    if (has_same_file(process, FILES[i])) continue;
    return differ(why, FILES[i]);
  }
  read_of(process, "oom_score_adj", others);
  if (!text_equal(others, score_before)) return differ(why, "oom_score_adj");
  if (!has_same_priorities(process)) {
    append(why, "it has another priority");
    return false;
  }
  return has_same_status(process, why) && has_same_groups(process, why);
}
