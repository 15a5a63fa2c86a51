/* Checks the limits of this process: an image that can't run within them is refused while a normal start is still possible. */
#include "limits.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>

#include "fallback.h"
#include "needs.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"

enum { KIB = 1024, MIB = 1024 * KIB, OWN_ROOM = 4 * MIB, STAGING_ROOM = 64 };

static struct needs needs;

static uint64_t limit_of(int resource) {
  struct rlimit limit;
  return sys(prlimit64, 0, resource, 0, &limit) == 0 ? limit.rlim_cur : RLIM64_INFINITY;
}

static uint64_t round_up(uint64_t bytes, uint64_t unit) { return bytes / unit + (bytes % unit != 0); }

static _Noreturn void fail_limit(const char *what, uint64_t limit, uint64_t needed) {
  fail("raise it", "the limit of %s is %u KiB, the image needs %u KiB", what, limit / KIB, round_up(needed, KIB));
}

static void check_resource_limits(void) {
  const struct {
    int resource;
    const char *what;
    uint64_t needed;
  } wanted[] = {
      {RLIMIT_AS, "address space (RLIMIT_AS, ulimit -v)", needs.address_space + OWN_ROOM + self.plan.size},
      {RLIMIT_DATA, "data (RLIMIT_DATA, ulimit -d)", needs.data + OWN_ROOM + self.plan.size},
      {RLIMIT_STACK, "stacks (RLIMIT_STACK, ulimit -s)", needs.stack},
      {RLIMIT_FSIZE, "files, shared memory included (RLIMIT_FSIZE, ulimit -f)", needs.file},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    uint64_t limit = limit_of(wanted[i].resource);
    if (limit < wanted[i].needed) fail_limit(wanted[i].what, limit, wanted[i].needed);
  }
}

/* The memory that this process may use, and the source of that limit. */
struct memory_limit {
  uint64_t bytes;
  char name[512];
};

static long read_file(const char *name, char *buffer, size_t room) {
  long fd = sys(openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC), got, length = 0;
  if (fd < 0) return fd;
  while ((got = sys(read, fd, buffer + length, room - 1 - (size_t)length)) > 0) length += got;
  buffer[length] = 0;
  sys(close, fd);
  return length;
}

/* Finds the lowest limit: a group's limit holds for all groups below it, so all groups from this process's up to the root count.
 * A container may show the machine's paths but only have a mount of its own part of the hierarchy. Then the root of that mount is
 * the container's own group. */
static void find_group_limit(const char *groups, bool old, struct memory_limit *lowest) {
  const char *mount = old ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup", *file = old ? "memory.limit_in_bytes" : "memory.max";
  static char path[4096], name[sizeof path + 64];
  struct text own = TEXT(path);
  if (!find_memory_group(groups, old, &own)) return;
  for (;;) {
    while (own.length && path[own.length - 1] == '/') path[--own.length] = 0;
    char content[32] = "";
    struct text whole = TEXT(name);
    append(&whole, "%s%s/%s", mount, path, file);
    uint64_t limit = read_file(name, content, sizeof content) > 0 ? parse_memory_limit(content) : ~0ul;
    if (limit < lowest->bytes) {
      struct text told = TEXT(lowest->name);
      lowest->bytes = limit;
      append(&told, "%s", name);
    }
    if (!own.length) return;
    while (own.length && path[own.length - 1] != '/') path[--own.length] = 0;
  }
}

static void find_memory_limit(struct memory_limit *limit, uint64_t *swap) {
  static char groups[8192];
  struct sysinfo machine = {0};
  limit->bytes = ~0ul;
  if (sys(sysinfo, &machine) == 0 && machine.totalram) {
    struct text told = TEXT(limit->name);
    limit->bytes = machine.totalram * machine.mem_unit;
    append(&told, "the machine's memory");
  }
  *swap = machine.totalswap * machine.mem_unit;
  if (read_file("/proc/self/cgroup", groups, sizeof groups) <= 0) return;
  find_group_limit(groups, true, limit);
  find_group_limit(groups, false, limit);
}

static void warn_of_heap(const struct memory_limit *limit) {
  static char buffer[1024];
  struct text line = TEXT(buffer), *why = &line;
  append(&line, "crjvm: ");
  append(why, "the Java heap may grow to %u MiB, and the memory limit here is %u MiB (%s); make the image with a smaller -Xmx",
         round_up(needs.heap, MIB), limit->bytes / MIB, limit->name);
  append(&line, "\n");
  print_line(&line);
}

static void check_memory_limit(void) {
  static struct memory_limit limit;
  uint64_t swap;
  find_memory_limit(&limit, &swap);
  if (needs.resident > limit.bytes && needs.resident - limit.bytes > swap)
    fail("allow more", "the memory limit is %u MiB (%s), the image needs %u MiB at once", limit.bytes / MIB, limit.name,
         round_up(needs.resident, MIB));
  if (needs.heap <= limit.bytes) return;
  self.memory_limit = limit.bytes;
  warn_of_heap(&limit);
}

void check_limits(void) {
  sum_needs(&self.plan, &needs);
  check_resource_limits();
  check_memory_limit();
}

/* Raises the soft limit to the hard one, as HotSpot does at a normal start. The restore itself needs some numbers above the
 * plan's. */
void set_descriptor_limit(void) {
  struct rlimit limit;
  uint64_t highest = (uint64_t)self.staging, wanted = highest + STAGING_ROOM + self.plan.counts[PLAN_OBJECTS];
  if (self.plan.header->descriptor_limit > wanted) wanted = self.plan.header->descriptor_limit;
  long error = sys(prlimit64, 0, RLIMIT_NOFILE, 0, &limit);
  if (error) fail(NULL, "the limit of open files: %e", error);
  if (limit.rlim_max < wanted)
    fail("raise it", "the limit of open files (ulimit -Hn) is %u, the image needs %u", limit.rlim_max, wanted);
  if (limit.rlim_cur == limit.rlim_max) return;
  remember_limit(limit.rlim_cur, limit.rlim_max);
  limit.rlim_cur = limit.rlim_max;
  error = sys(prlimit64, 0, RLIMIT_NOFILE, &limit, 0);
  if (error) fail(NULL, "the limit of open files: %e", error);
}

/* Locks areas after the last change of protections. Memory without access has no pages to lock: pages that it gets later are
 * locked then. */
void lock_areas(void) {
  for (uint32_t i = 0; needs.locked && i < self.plan.counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &self.plan.areas[i];
    if (!(area->flags & PLAN_AREA_LOCKED)) continue;
    long error = sys(mlock2, area->start, area->length, area->prot ? 0 : MLOCK_ONFAULT);
    if (error == -EPERM || error == -ENOMEM || error == -EAGAIN)
      fail_limit("locked memory (RLIMIT_MEMLOCK, ulimit -l)", limit_of(RLIMIT_MEMLOCK), needs.locked);
    if (error) fail(NULL, "locking %u bytes at 0x%x: %e", area->length, area->start, error);
  }
}

/* The kernel returns EAGAIN for either limit and does not tell them apart. */
void fail_thread(uint32_t index, long error) {
  uint64_t number = index, count = self.plan.counts[PLAN_THREADS], limit = limit_of(RLIMIT_NPROC);
  if (error != -EAGAIN || limit == RLIM64_INFINITY)
    fail("raise the limit of processes and threads", "starting thread %u of %u: %e", number, count, error);
  fail("raise it, or the cgroup's pids.max if that is lower",
       "starting thread %u of %u: the limit of the user's processes and threads (RLIMIT_NPROC, ulimit -u) is %u", number, count,
       limit);
}
