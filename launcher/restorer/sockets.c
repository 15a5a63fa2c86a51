/* Makes sockets, sets their options, binds them and lets them listen. */
#include "sockets.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/net.h>

#include "allocate.h"
#include "fallback.h"
#include "kernel_names.h"
#include "own_files.h"
#include "paths.h"
#include "plan_sockets.h"
#include "ports.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"

enum {
  ADDRESS_MAX = 128,
  FIRST_EPHEMERAL = 32768, /* the kernel chooses ports from here on (net.ipv4.ip_local_port_range) */
};

struct address {
  unsigned char bytes[ADDRESS_MAX + 1]; /* a path may use all of its room, without a NUL */
  uint32_t length;
};

static uint16_t port_of(const struct address *address) { return (uint16_t)(address->bytes[2] << 8 | address->bytes[3]); }

/* Maps the path of a Unix socket. The kernel has room for 108 bytes, with the path's end. */
static void map_unix_path(struct address *address) {
  enum { ROOM = 108 };
  const char *own = (const char *)address->bytes + 2, *path = map_path(own);
  if (path == own) return; /* no --map applies to it */
  size_t length = text_length(path);
  if (length >= ROOM) fail("map to a shorter one", "the socket's path \"%s\" is too long", path);
  __builtin_memset(address->bytes + 2, 0, sizeof address->bytes - 2);
  __builtin_memcpy(address->bytes + 2, path, length);
  address->length = (uint32_t)length + 3;
}

/* Reads the address of the plan and applies --listen and --map to it. */
static struct listen *read_address(const struct plan_descriptor *d, struct address *address) {
  struct endpoint at;
  __builtin_memset(address, 0, sizeof *address);
  if (d->socket.address == PLAN_NONE) return NULL;
  address->length = d->socket.address_length;
  __builtin_memcpy(address->bytes, self.plan.strings + d->socket.address, address->length);
  if (d->socket.family == AF_UNIX && address->length > 2 && address->bytes[2] == '/') map_unix_path(address);
  if (!internet_endpoint(&self.plan, d, &at)) return NULL;
  struct listen *listen = find_listen(&self.options, &at, transport_of(d));
  if (!listen) return NULL;
  struct endpoint to = listen->to;
  if (!to.port) to.port = listen->chosen[transport_of(d)];
  if (!write_endpoint(address->bytes, &to)) {
    refuse_fallback();
    fail("give an IPv4 address", "--listen %s: the application listens there with IPv4 only", listen->as_given);
  }
  return listen;
}

static void set_options(const struct plan_descriptor *d, int fd) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OPTIONS]; i++) {
    const struct plan_option *option = &self.plan.options[i];
    if (option->fd != d->number) continue;
    long error = sys(setsockopt, fd, option->level, option->name, &option->value, sizeof option->value);
    if (error) fail(NULL, "option %d of level %d of the socket %d: %e", option->name, option->level, d->number, error);
  }
}

/* Lets the socket take IPv4 as well. A bind to one IPv6 address makes the kernel set IPV6_V6ONLY, so the plan does not know the
 * application's choice. With an address from --listen the socket takes both families, as all sockets of the JDK do. */
static void allow_both_families(const struct plan_descriptor *d, int fd, const struct listen *listen) {
  static const unsigned char all[16];
  struct endpoint from;
  int off = 0;
  if (!listen || listen->to.any || d->socket.family != AF_INET6 || !internet_endpoint(&self.plan, d, &from)) return;
  if (__builtin_memcmp(from.ip, all, sizeof all)) sys(setsockopt, fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
}

/* Returns true if a normal start would want the same port, and find it taken after all its work: nothing has changed that the
 * application reads, and it was not the kernel that chose the port. A command that the caller has not prepared for images
 * (crjvm java) runs all the same. */
static bool is_wanted_again(uint64_t port) { return !self.differs && port < FIRST_EPHEMERAL && !self.options.command; }

/* If the caller has chosen the port, there is no fallback, because a normal start would listen elsewhere. */
static _Noreturn void fail_internet(const struct address *address, const struct listen *listen, long error) {
  uint64_t port = port_of(address);
  if (listen || (error == -EADDRINUSE && is_wanted_again(port))) refuse_fallback();
  if (error == -EADDRINUSE)
    fail("stop what uses it, or choose another one with --listen (0: any that is free)", "port %u is taken", port);
  if (error == -EACCES && port < 1024)
    fail("choose another one with --listen", "port %u needs a privilege (CAP_NET_BIND_SERVICE)", port);
  if (error == -EADDRNOTAVAIL)
    fail("choose another one with --listen OLD=ADDRESS:NEW", "the address that port %u is bound to is not one of this machine",
         port);
  fail(NULL, "port %u: %e", port, error);
}

/* A server's socket file remains when the server ends. It is stale if nobody accepts connections. */
static bool remove_stale(const struct plan_descriptor *d, const struct address *address) {
  long probe = sys(socket, AF_UNIX, d->socket.type | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  long error = sys(connect, probe, address->bytes, address->length);
  sys(close, probe);
  if (error != -ECONNREFUSED) return false;
  struct location location = stage_location((const char *)address->bytes + 2);
  error = remove_own(&location, S_IFSOCK);
  leave_location(&location);
  return error == 0;
}

static void bind_unix(const struct plan_descriptor *d, int fd, const struct address *address) {
  bool has_path = address->length > 2 && address->bytes[2];
  const char *path = has_path ? (const char *)address->bytes + 2 : "(abstract)";
  if (!has_path && address->length > 3) {
    struct text name = {allocate(ADDRESS_MAX), 0, ADDRESS_MAX};
    append(&name, "@%s", (const char *)address->bytes + 3);
    path = name.at;
  }
  long error = sys(bind, fd, address->bytes, address->length);
  if (error == -EADDRINUSE && has_path && remove_stale(d, address)) error = sys(bind, fd, address->bytes, address->length);
  if (error == -EADDRINUSE) fail("stop what uses it", "the socket \"%s\" is taken", path);
  if (error) fail(NULL, "the socket \"%s\": %e", path, error);
  if (!has_path) return;
  struct text copy = {allocate(ADDRESS_MAX), 0, ADDRESS_MAX};
  append(&copy, "%s", path);
  struct location location = stage_location(copy.at);
  remember_own(&location);
  leave_location(&location);
}

/* Connects a datagram socket. If the kernel had chosen its own address, the kernel chooses again. */
static void connect_internet(const struct plan_descriptor *d, int fd) {
  const unsigned char *peer = (const unsigned char *)self.plan.strings + d->socket.address;
  const unsigned char *own = peer + d->socket.address_length / 2;
  struct address address = {0};
  address.length = d->socket.address_length / 2;
  __builtin_memcpy(address.bytes, own, address.length);
  long error = address.bytes[0] ? sys(bind, fd, address.bytes, address.length) : 0;
  if (error) fail_internet(&address, NULL, error);
  error = sys(connect, fd, peer, address.length);
  __builtin_memcpy(address.bytes, peer, address.length);
  if (error)
    fail("make the network reachable", "port %u of the machine that descriptor %d was connected to (UDP): %e",
         (uint64_t)port_of(&address), d->number, error);
}

/* Makes a loopback address, for which the kernel chooses the port. */
static void write_loopback(int family, struct address *address) {
  static const unsigned char mapped[] = {0xff, 0xff, 127, 0, 0, 1};
  __builtin_memset(address, 0, sizeof *address);
  address->bytes[0] = (unsigned char)family;
  if (family == AF_INET) {
    address->length = 16;
    __builtin_memcpy(address->bytes + 4, mapped + 2, 4);
  } else {
    address->length = 28;
    __builtin_memcpy(address->bytes + 18, mapped, sizeof mapped);
  }
}

/* Connects fd to a listener and returns the other end of the connection. */
static long accept_from(int fd, long listener, struct address *address) {
  int64_t limit[2] = {0, 200000000}; /* 200 ms */
  struct pollfd wait = {.fd = (int)listener, .events = POLLIN};
  if (sys(bind, listener, address->bytes, address->length) || sys(listen, listener, 1) ||
      sys(getsockname, listener, address->bytes, &address->length))
    return -1;
  sys(fcntl, fd, F_SETFL, O_NONBLOCK); /* a packet filter may block the connection */
  sys(connect, fd, address->bytes, address->length);
  sys(ppoll, &wait, 1, limit, 0, 0);
  sys(fcntl, fd, F_SETFL, 0);
  return sys(accept4, listener, 0, 0, O_CLOEXEC);
}

/* Makes the socket look as if the other side had reset its connection: every read, write or wait reports that once, and then the
 * end. A socket without a connection would only report a hang-up. Netty's epoll transport, for example, would then get that event
 * again and again and never read. */
static void reset(const struct plan_descriptor *d, int fd) {
  static const int at_once[2] = {1, 0}; /* struct linger */
  struct address address;
  write_loopback(d->socket.family, &address);
  long listener = sys(socket, d->socket.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  long other = listener < 0 ? -1 : accept_from(fd, listener, &address);
  if (other >= 0) {
    sys(setsockopt, other, SOL_SOCKET, SO_LINGER, at_once, sizeof at_once);
    sys(close, other);
  } else {
    sys(shutdown, fd, SHUT_RDWR); /* there is no loopback device, so the socket only reports the end */
  }
  if (listener >= 0) sys(close, listener);
}

/* Binds a socket. If a datagram port that the kernel had chosen is taken, probably by another copy, the kernel chooses again. */
static void bind_internet(const struct plan_descriptor *d, int fd, const struct address *address, const struct listen *listen) {
  struct address any = *address;
  any.bytes[2] = any.bytes[3] = 0;
  long error = sys(bind, fd, address->bytes, address->length);
  bool can_be_another = !listen && transport_of(d) == TRANSPORT_UDP && port_of(address) >= FIRST_EPHEMERAL;
  if (error == -EADDRINUSE && can_be_another) error = sys(bind, fd, any.bytes, any.length);
  if (error) fail_internet(address, listen, error);
}

/* Has the sockets that were made earlier than the other descriptors, in the order of the plan; 0: not made yet. */
static int *prepared;

static uint32_t index_of(const struct plan_descriptor *d) { return (uint32_t)(d - self.plan.descriptors); }

int make_socket(const struct plan_descriptor *d, bool only_internet) {
  struct address address;
  if (prepared && prepared[index_of(d)]) return prepared[index_of(d)];
  if (only_internet && !is_internet_socket(d)) return -1;
  long fd = sys(socket, d->socket.family, d->socket.type | SOCK_CLOEXEC, d->socket.protocol);
  if (fd < 0) fail(NULL, "a socket (family %d, type %d): %e", d->socket.family, d->socket.type, fd);
  set_options(d, (int)fd);
  if (d->socket.state == PLAN_SOCKET_NEW) {
    if (d->socket.shutdown) sys(shutdown, fd, d->socket.shutdown - 1); /* the kernel may refuse if it was never connected */
    return (int)fd;
  }
  if (d->socket.state == PLAN_SOCKET_RESET) {
    reset(d, (int)fd);
    return (int)fd;
  }
  if (d->socket.state == PLAN_SOCKET_CONNECTED) {
    connect_internet(d, (int)fd);
    return (int)fd;
  }
  struct listen *listen = read_address(d, &address);
  allow_both_families(d, (int)fd, listen);
  if (address.length && !is_internet_socket(d)) {
    bind_unix(d, (int)fd, &address);
  } else if (address.length) {
    bind_internet(d, (int)fd, &address, listen);
  }
  if (d->socket.state == PLAN_SOCKET_LISTENING) {
    long error = sys(listen, fd, d->socket.backlog);
    if (error && is_internet_socket(d)) fail_internet(&address, listen, error);
    if (error) fail(NULL, "listening on descriptor %d: %e", d->number, error);
  }
  if (is_internet_socket(d)) note_port(d, (int)fd, listen);
  return (int)fd;
}

uint32_t prepare_listeners(struct pollfd *into) {
  uint32_t count = 0;
  int *made = allocate(self.plan.counts[PLAN_DESCRIPTORS] * sizeof *made + 1);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &self.plan.descriptors[i];
    if (d->kind != PLAN_FD_SOCKET || d->socket.state != PLAN_SOCKET_LISTENING) continue;
    made[i] = move_up(make_socket(d, false));
    into[count++] = (struct pollfd){.fd = made[i], .events = POLLIN};
  }
  prepared = made;
  return count;
}

void check_ports(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &self.plan.descriptors[i];
    bool is_bound = d->socket.state == PLAN_SOCKET_BOUND || d->socket.state == PLAN_SOCKET_LISTENING;
    if (d->kind == PLAN_FD_SOCKET && is_bound) make_socket(d, true);
  }
}
