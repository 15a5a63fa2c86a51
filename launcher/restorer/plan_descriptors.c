/* Checks the records of a plan that concern descriptors. */
#include "plan_descriptors.h"

#include "plan_sockets.h"

enum { NUMBER_MAX = 1 << 20 };

static bool wrong(struct text *why, const char *what, int number, const char *fault) {
  append(why, "the plan is damaged: %s %d: %s", what, number, fault);
  return false;
}

static bool bytes_fit(const struct plan *plan, uint32_t offset, uint32_t length) {
  uint32_t size = plan->counts[PLAN_STRINGS];
  return offset <= size && length <= size - offset;
}

static const char *socket_fault(const struct plan *plan, const struct plan_descriptor *d) {
  uint32_t address = d->socket.address, length = d->socket.address_length;
  int state = d->socket.state;
  if (state < PLAN_SOCKET_NEW || state > PLAN_SOCKET_RESET) return "unknown state";
  if (state == PLAN_SOCKET_NEW) return d->socket.shutdown > 3 ? "its shutdown" : NULL;
  if (state == PLAN_SOCKET_RESET) return is_internet_socket(d) ? NULL : "its family";
  if (state == PLAN_SOCKET_CONNECTED)
    return address == PLAN_NONE || length < 4 || length > 256 || length % 2 || !bytes_fit(plan, address, length) ? "its addresses"
                                                                                                                 : NULL;
  if (d->socket.backlog > INT32_MAX) return "its backlog";
  if (address == PLAN_NONE) return state == PLAN_SOCKET_BOUND ? "bound without an address" : NULL;
  if (length < 2 || length > 128 || !bytes_fit(plan, address, length)) return "its address";
  return NULL;
}

/* Every pipe and socket can hold this much at once. */
static const char *unread_fault(const struct plan *plan, uint32_t unread, uint32_t length) {
  return unread != PLAN_NONE && (length > 1u << 16 || !bytes_fit(plan, unread, length)) ? "its unread bytes" : NULL;
}

static const char *pipe_fault(const struct plan *plan, const struct plan_descriptor *d) {
  if (d->pipe.end < 0 || d->pipe.end > 1 || d->pipe.capacity > INT32_MAX) return "its end";
  return unread_fault(plan, d->pipe.unread, d->pipe.unread_length);
}

static const char *open_fault(const struct plan *plan, const struct plan_descriptor *d) {
  int log = d->open.log;
  if (d->open.object >= plan->counts[PLAN_OBJECTS]) return "no such object";
  if (!log) return NULL;
  bool is_path = plan->objects[d->open.object].kind == PLAN_OBJECT_PATH;
  return !is_path || log < PLAN_LOG || log >= 2 * PLAN_LOG ? "its permissions" : NULL;
}

static const char *dup_fault(const struct plan *plan, const struct plan_descriptor *d) {
  int original = d->dup.original;
  return original < 0 || original >= d->number || (original > 2 && !find_descriptor(plan, original)) ? "no such original" : NULL;
}

static const char *descriptor_fault(const struct plan *plan, const struct plan_descriptor *d, int before) {
  if (d->number < 3 || d->number <= before || d->number >= NUMBER_MAX) return "its number";
  switch (d->kind) {
    case PLAN_FD_OPEN: return open_fault(plan, d);
    case PLAN_FD_DUP: return dup_fault(plan, d);
    case PLAN_FD_PIPE: return pipe_fault(plan, d);
    case PLAN_FD_TIMERFD: return d->timerfd.times == PLAN_NONE || !bytes_fit(plan, d->timerfd.times, 32) ? "its times" : NULL;
    case PLAN_FD_PAIR: return d->pair.shutdown > 3 ? "its shutdown" : unread_fault(plan, d->pair.unread, d->pair.unread_length);
    case PLAN_FD_SOCKET: return socket_fault(plan, d);
    case PLAN_FD_EVENTFD:
    case PLAN_FD_EPOLL:
    case PLAN_FD_SIGNALFD:
    case PLAN_FD_INOTIFY:
    case PLAN_FD_MESSAGE: return NULL;
    default: return "unknown kind";
  }
}

static bool has_kind(const struct plan *plan, int number, uint32_t kind, uint32_t other) {
  const struct plan_descriptor *d = find_descriptor(plan, number);
  while (d && d->kind == PLAN_FD_DUP) /* this ends: the number of an original is smaller */
    d = d->dup.original > 2 ? find_descriptor(plan, d->dup.original) : NULL;
  return d && (d->kind == kind || d->kind == other);
}

static bool check_attached(const struct plan *plan, struct text *why) {
  for (uint32_t i = 0; i < plan->counts[PLAN_OPTIONS]; i++)
    if (!has_kind(plan, plan->options[i].fd, PLAN_FD_SOCKET, PLAN_FD_PAIR))
      return wrong(why, "option of descriptor", plan->options[i].fd, "it is not a socket");
  for (uint32_t i = 0; i < plan->counts[PLAN_WATCHES]; i++) {
    const struct plan_watch *watch = &plan->watches[i];
    if (!has_kind(plan, watch->epoll, PLAN_FD_EPOLL, PLAN_FD_EPOLL))
      return wrong(why, "registration of descriptor", watch->epoll, "it is not an epoll");
    if (watch->fd < 0 || (watch->fd > 2 && !find_descriptor(plan, watch->fd)))
      return wrong(why, "registration of descriptor", watch->epoll, "of a descriptor that does not exist");
  }
  int fd = 0, wd = 0;
  for (uint32_t i = 0; i < plan->counts[PLAN_INOTIFY]; i++) {
    const struct plan_inotify *watch = &plan->inotify[i];
    const char *name = plan_string(plan, watch->name);
    if (watch->fd != fd) wd = 0;
    if (!has_kind(plan, watch->fd, PLAN_FD_INOTIFY, PLAN_FD_INOTIFY) || watch->fd < fd || watch->wd <= wd || !name ||
        *name != '/')
      return wrong(why, "inotify watch of descriptor", watch->fd, "its numbers or its path");
    fd = watch->fd;
    wd = watch->wd;
  }
  for (uint32_t i = 0; i < plan->counts[PLAN_LOCKS]; i++) {
    const struct plan_lock *lock = &plan->locks[i];
    if (!find_descriptor(plan, lock->fd) || lock->kind > PLAN_LOCK_OFD || lock->exclusive > 1)
      return wrong(why, "lock of descriptor", lock->fd, "it makes no sense");
  }
  return true;
}

bool check_descriptors(const struct plan *plan, struct text *why) {
  int before = 2;
  bool message = plan->header->message_fd == -1;
  for (uint32_t i = 0; i < plan->counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &plan->descriptors[i];
    const char *fault = descriptor_fault(plan, d, before);
    if (fault) return wrong(why, "descriptor", d->number, fault);
    before = d->number;
    message = message || (d->kind == PLAN_FD_MESSAGE && d->number == plan->header->message_fd);
  }
  if (!message) return wrong(why, "descriptor", plan->header->message_fd, "it is not the restore message");
  return check_attached(plan, why);
}
