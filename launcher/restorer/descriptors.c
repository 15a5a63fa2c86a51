/* Puts each descriptor at its number, in ascending order. All numbers below the current one are then in use or free for good, so
 * a new descriptor gets its own number or a lower one, never that of a later descriptor. A descriptor that is made too early (a
 * pipe's other end) is moved to its own number at once. One that is only needed for a while is moved above all numbers. */
#include "descriptors.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/eventpoll.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/time.h>

#include "allocate.h"
#include "fallback.h"
#include "kernel_names.h"
#include "message.h"
#include "objects.h"
#include "paths.h"
#include "restorer.h"
#include "sockets.h"
#include "staging.h"
#include "streams.h"
#include "syscall.h"

enum { EFD_SEMAPHORE = 1 };
static const uint32_t STATUS_FLAGS =
    O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | O_DSYNC | 04000000 /* __O_SYNC */ | O_LARGEFILE;

/* Has a 1 for each descriptor of the plan that is at its number already. */
static unsigned char *placed;

static uint32_t index_of(const struct plan_descriptor *d) { return (uint32_t)(d - self.plan.descriptors); }

static void need(const struct plan_descriptor *d, long result, const char *what) {
  if (result < 0) fail(NULL, "descriptor %d, %s: %e", d->number, what, result);
}

/* Moves fd, which closes on exec, to the descriptor's number, and sets status flags that are not set yet. */
static void place(const struct plan_descriptor *d, int fd, uint32_t status_flags) {
  long error = status_flags ? sys(fcntl, fd, F_SETFL, status_flags) : 0;
  if (!error && fd != d->number) {
    error = sys(dup3, fd, d->number, d->flags & O_CLOEXEC);
    sys(close, fd);
  } else if (!error && !(d->flags & O_CLOEXEC)) {
    error = sys(fcntl, fd, F_SETFD, 0);
  }
  if (error < 0) fail(NULL, "descriptor %d: %e", d->number, error);
  placed[index_of(d)] = 1;
}

static const char *type_name(uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return "a regular file";
    case S_IFDIR: return "a folder";
    case S_IFCHR: return "a character device";
    case S_IFBLK: return "a block device";
    case S_IFIFO: return "a named pipe";
    case S_IFSOCK: return "a socket";
    default: return "something else";
  }
}

/* Opens a file by its path. log is 0, or PLAN_LOG and the permissions of a new file. */
static int open_path(const struct plan_object *object, uint32_t flags, int log) {
  static const char HINT[] = "put it back or make a new image";
  const char *name = plan_path(object->name);
  struct stat status = {0};
  flags |= O_CLOEXEC | O_NOCTTY;
  if ((object->mode & S_IFMT) == S_IFIFO) flags |= O_NONBLOCK; /* else the open would wait for the other side */
  long fd = sys(openat, AT_FDCWD, name, flags);
  if (fd == -EPERM) fd = sys(openat, AT_FDCWD, name, flags & ~(uint32_t)O_NOATIME);
  if (fd == -ENOENT && log) fd = sys(openat, AT_FDCWD, name, flags | O_CREAT | O_EXCL, log & (PLAN_LOG - 1));
  if (fd == -ENOENT) fail(HINT, "the file \"%s\" is missing", name);
  if (fd < 0) fail(HINT, "the file \"%s\": %e", name, fd);
  if (object->mode & S_IFMT) {
    if (sys(fstat, fd, &status) < 0 || (status.st_mode & S_IFMT) != (object->mode & S_IFMT))
      fail(HINT, "\"%s\" is %s, it was %s", name, type_name(status.st_mode), type_name(object->mode));
  }
  return (int)fd;
}

/* Makes another open file description of an object that has no path. */
static int reopen(int fd, uint32_t flags) {
  char buffer[64];
  struct text path = TEXT(buffer);
  append(&path, "/proc/self/fd/%d", fd);
  long copy = sys(openat, AT_FDCWD, buffer, flags | O_CLOEXEC);
  /* O_DIRECT has no meaning for memory, and kernels before 6.6 reject it. */
  if (copy == -EINVAL && flags & O_DIRECT) copy = sys(openat, AT_FDCWD, buffer, (flags & ~(uint32_t)O_DIRECT) | O_CLOEXEC);
  return (int)copy;
}

static void make_open(const struct plan_descriptor *d) {
  const struct plan_object *object = &self.plan.objects[d->open.object];
  uint32_t flags = (d->open.file_flags | d->flags) & (STATUS_FLAGS | O_ACCMODE | O_DIRECTORY | O_PATH);
  int fd =
      object->kind == PLAN_OBJECT_PATH ? open_path(object, flags, d->open.log) : reopen(object_descriptor(d->open.object), flags);
  need(d, fd, "open");
  uint64_t wanted = d->open.position;
  long position = d->open.log ? sys(lseek, fd, 0, SEEK_END) : wanted ? sys(lseek, fd, wanted, SEEK_SET) : 0;
  need(d, position, "its position");
  bool waits = (object->mode & S_IFMT) == S_IFIFO && !(flags & O_NONBLOCK) && object->kind == PLAN_OBJECT_PATH;
  if (waits) need(d, sys(fcntl, fd, F_SETFL, flags & STATUS_FLAGS), "its flags");
  place(d, fd, 0);
}

/* Returns the other end of a pipe or pair, or NULL if nobody has it. */
static const struct plan_descriptor *find_other_end(const struct plan_descriptor *d) {
  const struct plan_descriptor *end = self.plan.descriptors + self.plan.counts[PLAN_DESCRIPTORS];
  for (const struct plan_descriptor *o = d + 1; o < end; o++) {
    if (o->kind != d->kind || placed[index_of(o)]) continue;
    if (o->kind == PLAN_FD_PIPE ? o->pipe.pipe == d->pipe.pipe && o->pipe.end != d->pipe.end : o->pair.pair == d->pair.pair)
      return o;
  }
  return NULL;
}

/* Moves ends[0] to d's number. The second end moves first, because it might be at that number. */
static void place_ends(const struct plan_descriptor *d, int *ends) {
  const struct plan_descriptor *other = find_other_end(d);
  ends[1] = other ? move_up(ends[1]) : (sys(close, ends[1]), -1);
  place(d, ends[0], d->flags & STATUS_FLAGS);
  if (other) place(other, ends[1], other->flags & STATUS_FLAGS);
}

/* Writes the data that d's end had received but not yet read. The descriptor is new, so nothing else waits in it. */
static void put_unread(const struct plan_descriptor *d, uint32_t unread, uint32_t length, int into) {
  if (unread == PLAN_NONE || !length) return;
  long error = sys(fcntl, into, F_SETFL, O_NONBLOCK);
  long count = error ? error : sys(write, into, self.plan.strings + unread, length);
  need(d, count, "its unread bytes");
  if (count != length) fail("raise fs.pipe-user-pages-soft", "descriptor %d: its unread bytes do not fit", d->number);
  need(d, sys(fcntl, into, F_SETFL, 0), "its unread bytes");
}

static void make_pipe(const struct plan_descriptor *d) {
  int ends[2];
  need(d, sys(pipe2, ends, O_CLOEXEC), "pipe");
  if (d->pipe.capacity) {
    /* The kernel refuses if the user's share of pipe memory is exceeded. A smaller pipe is only slower. */
    sys(fcntl, ends[0], F_SETPIPE_SZ, d->pipe.capacity);
  }
  put_unread(d, d->pipe.unread, d->pipe.unread_length, ends[1]);
  place_ends(d, (int[]){ends[d->pipe.end], ends[!d->pipe.end]});
}

static void shut_down(int fd, uint64_t bits) {
  if (bits) sys(shutdown, fd, bits - 1); /* a socket that was never connected refuses, and has nothing to shut */
}

static void make_pair(const struct plan_descriptor *d) {
  int ends[2];
  need(d, sys(socketpair, AF_UNIX, d->pair.type & 0xf, 0, ends), "socketpair");
  const struct plan_descriptor *other = find_other_end(d);
  for (int i = 0; i < 2; i++) need(d, sys(fcntl, ends[i], F_SETFD, FD_CLOEXEC), "socketpair");
  put_unread(d, d->pair.unread, d->pair.unread_length, ends[1]);
  if (other) put_unread(other, other->pair.unread, other->pair.unread_length, ends[0]);
  shut_down(ends[0], d->pair.shutdown);
  if (other) shut_down(ends[1], other->pair.shutdown);
  place_ends(d, ends);
}

static int make_timer(const struct plan_descriptor *d) {
  int64_t words[4], value[4];
  __builtin_memcpy(words, self.plan.strings + d->timerfd.times, sizeof words);
  long fd = sys(timerfd_create, d->timerfd.clock, O_CLOEXEC);
  need(d, fd, "timerfd");
  value[0] = words[2], value[1] = words[3], value[2] = words[0], value[3] = words[1]; /* itimerspec starts with the interval */
  if (words[0] || words[1]) need(d, sys(timerfd_settime, fd, 0, value, 0), "timerfd");
  return (int)fd;
}

/* eventfd2 only takes 32 bits of the counter. */
static long make_eventfd(const struct plan_descriptor *d) {
  uint64_t counter = d->eventfd.counter;
  long fd = sys(eventfd2, counter > UINT32_MAX ? 0 : counter, O_CLOEXEC | (d->eventfd.semaphore & EFD_SEMAPHORE));
  if (fd >= 0 && counter > UINT32_MAX) need(d, sys(write, fd, &counter, sizeof counter), "eventfd");
  return fd;
}

static void duplicate(const struct plan_descriptor *d) {
  int original = d->dup.original;
  long fd = sys(dup3, original, d->number, d->flags & O_CLOEXEC);
  if (original < 3 && is_closed_stream(original)) {
    sys(close, d->number);
    return;
  }
  need(d, fd, "duplicate");
}

static void make_descriptor(const struct plan_descriptor *d) {
  long fd;
  switch (d->kind) {
    case PLAN_FD_OPEN: make_open(d); return;
    case PLAN_FD_PIPE: make_pipe(d); return;
    case PLAN_FD_PAIR: make_pair(d); return;
    case PLAN_FD_DUP: duplicate(d); return;
    case PLAN_FD_EVENTFD: fd = make_eventfd(d); break;
    case PLAN_FD_EPOLL: fd = sys(epoll_create1, O_CLOEXEC); break;
    case PLAN_FD_TIMERFD: fd = make_timer(d); break;
    case PLAN_FD_SIGNALFD: fd = sys(signalfd4, -1, &d->signalfd.mask, 8, O_CLOEXEC); break;
    case PLAN_FD_INOTIFY: fd = sys(inotify_init1, O_CLOEXEC); break;
    case PLAN_FD_SOCKET: fd = make_socket(d, false); break;
    case PLAN_FD_MESSAGE: fd = make_message(); break;
    default: return;
  }
  need(d, fd, "making it");
  place(d, (int)fd, d->flags & STATUS_FLAGS);
}

void make_descriptors(void) {
  uint32_t count = self.plan.counts[PLAN_DESCRIPTORS];
  placed = allocate(count + 1);
  for (uint32_t i = 0; i < count; i++)
    if (!placed[i]) make_descriptor(&self.plan.descriptors[i]);
}
