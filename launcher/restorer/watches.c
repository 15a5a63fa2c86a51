/* Restores what is attached to descriptors: epoll registrations, inotify watches, file locks. */
#include "watches.h"

#include <asm/errno.h>
#include <linux/eventpoll.h>
#include <linux/fcntl.h>

#include "fallback.h"
#include "paths.h"
#include "restorer.h"
#include "syscall.h"

enum { WATCH_TRIES = 1 << 16 };

static void make_registrations(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WATCHES]; i++) {
    const struct plan_watch *watch = &self.plan.watches[i];
    struct epoll_event event = {watch->events, watch->data};
    long error = sys(epoll_ctl, watch->epoll, EPOLL_CTL_ADD, watch->fd, &event);
    if (error) fail(NULL, "registering descriptor %d with epoll %d: %e", watch->fd, watch->epoll, error);
  }
}

/* The kernel assigns watch numbers in order, so adding and removing watches leads to the same number again. Every removal leaves
 * an event, which the application does not expect and which is read here. */
static void drain(int fd) {
  char events[4096];
  long flags = sys(fcntl, fd, F_GETFL);
  sys(fcntl, fd, F_SETFL, flags | O_NONBLOCK);
  while (sys(read, fd, events, sizeof events) > 0) continue;
  sys(fcntl, fd, F_SETFL, flags);
}

static void make_inotify_watch(const struct plan_inotify *watch) {
  const char *path = plan_path(watch->name);
  bool removed = false;
  for (int i = 0; i < WATCH_TRIES; i++) {
    long wd = sys(inotify_add_watch, watch->fd, path, watch->mask);
    if (wd < 0) fail("put it back or make a new image", "watching \"%s\": %e", path, wd);
    if (wd == watch->wd) {
      if (removed) drain(watch->fd);
      return;
    }
    if (wd > watch->wd) break;
    sys(inotify_rm_watch, watch->fd, wd);
    removed = true;
    if (i % 1024 == 1023) drain(watch->fd); /* before the queue is full */
  }
  fail("make a new image", "the number of the watch for \"%s\" is no longer available", path);
}

void make_watches(void) {
  make_registrations();
  for (uint32_t i = 0; i < self.plan.counts[PLAN_INOTIFY]; i++) make_inotify_watch(&self.plan.inotify[i]);
}

static const char *locked_name(int fd) {
  const struct plan_descriptor *d = find_descriptor(&self.plan, fd);
  while (d && d->kind == PLAN_FD_DUP) d = find_descriptor(&self.plan, d->dup.original);
  const char *name = d && d->kind == PLAN_FD_OPEN ? plan_string(&self.plan, self.plan.objects[d->open.object].name) : NULL;
  return name ? name : "(without a name)";
}

void make_locks(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_LOCKS]; i++) {
    const struct plan_lock *lock = &self.plan.locks[i];
    struct flock place = {0};
    place.l_type = lock->exclusive ? F_WRLCK : F_RDLCK;
    place.l_start = (int64_t)lock->start;
    place.l_len = (int64_t)lock->length;
    long error = lock->kind == PLAN_LOCK_FLOCK
                     ? sys(flock, lock->fd, (lock->exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB)
                     : sys(fcntl, lock->fd, lock->kind == PLAN_LOCK_OFD ? F_OFD_SETLK : F_SETLK, &place);
    if (error == -EAGAIN || error == -EACCES)
      fail("stop that process", "the file \"%s\" is locked by another process", locked_name(lock->fd));
    if (error) fail(NULL, "locking the file \"%s\": %e", locked_name(lock->fd), error);
  }
}
