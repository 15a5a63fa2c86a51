/* Sockets: made, given their options, bound, listening. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/net.h>

#include "restorer.h"

enum { INET = 2, UNIX = 1, INET6 = 10, TYPE_STREAM = 1, TYPE_DATAGRAM = 2, ADDRESS_MAX = 128 };

struct address {
  unsigned char bytes[ADDRESS_MAX + 1]; /* a path may fill its room, without a NUL */
  uint32_t length;
};

static int family_of(const struct plan_descriptor *d) { return d->a & 0xff; }
static int type_of(const struct plan_descriptor *d) { return d->a >> 8 & 0xff; }
static bool is_internet(const struct plan_descriptor *d) { return family_of(d) == INET || family_of(d) == INET6; }

static uint16_t port_of(const struct address *address) { return (uint16_t)(address->bytes[2] << 8 | address->bytes[3]); }

/* The address of the plan, its port replaced as --listen says. */
static void read_address(const struct plan_descriptor *d, struct address *address) {
  __builtin_memset(address, 0, sizeof *address);
  if (d->name == PLAN_NONE) return;
  address->length = d->object;
  __builtin_memcpy(address->bytes, self.plan.strings + d->name, d->object);
  bool has_port = is_internet(d) && (type_of(d) == TYPE_STREAM || type_of(d) == TYPE_DATAGRAM);
  if (!has_port || d->object < 4) return;
  uint16_t port = listen_port(&self.options, port_of(address));
  address->bytes[2] = (unsigned char)(port >> 8);
  address->bytes[3] = (unsigned char)port;
}

static void set_options(const struct plan_descriptor *d, int fd) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OPTIONS]; i++) {
    const struct plan_option *option = &self.plan.options[i];
    if (option->fd != d->number) continue;
    long error = sys(setsockopt, fd, option->level, option->name, &option->value, sizeof option->value);
    if (error) fail(NULL, "option %d of level %d of the socket %d: %e", option->name, option->level, d->number, error);
  }
}

static _Noreturn void fail_internet(const struct address *address, long error) {
  uint64_t port = port_of(address);
  if (error == -EADDRINUSE)
    fail("stop what uses it, or choose another one with --listen", "port %u is taken", port);
  if (error == -EACCES && port < 1024)
    fail("choose another one with --listen", "port %u needs a privilege (CAP_NET_BIND_SERVICE)", port);
  if (error == -EADDRNOTAVAIL)
    fail("make the image with the application listening on all addresses", "the address that port %u was bound to is not one of this machine", port);
  fail(NULL, "port %u: %e", port, error);
}

/* A server's socket file outlives the server. It is stale when nobody accepts. */
static bool remove_stale(const struct plan_descriptor *d, const struct address *address) {
  long probe = sys(socket, UNIX, type_of(d) | O_CLOEXEC, 0);
  if (probe < 0) return false;
  long error = sys(connect, probe, address->bytes, address->length);
  sys(close, probe);
  return error == -ECONNREFUSED && sys(unlinkat, AT_FDCWD, address->bytes + 2, 0) == 0;
}

static void bind_unix(const struct plan_descriptor *d, int fd, const struct address *address) {
  bool has_path = address->length > 2 && address->bytes[2];
  const char *path = has_path ? (const char *)address->bytes + 2 : "(without a path)";
  long error = sys(bind, fd, address->bytes, address->length);
  if (error == -EADDRINUSE && has_path && remove_stale(d, address)) error = sys(bind, fd, address->bytes, address->length);
  if (error == -EADDRINUSE) fail("stop what uses it", "the socket \"%s\" is taken", path);
  if (error) fail(NULL, "the socket \"%s\": %e", path, error);
  if (!has_path) return;
  struct text copy = {allocate(ADDRESS_MAX), 0, ADDRESS_MAX};
  append(&copy, "%s", path);
  remember_file(copy.at);
}

/* The socket, closing on exec, blocking; only_internet: -1 for others. */
int make_socket(const struct plan_descriptor *d, bool only_internet) {
  struct address address;
  if (only_internet && !is_internet(d)) return -1;
  long fd = sys(socket, family_of(d), type_of(d) | O_CLOEXEC, d->a >> 16 & 0xffff);
  if (fd == -EAFNOSUPPORT && family_of(d) == INET6)
    fail("make the image with -Djava.net.preferIPv4Stack=true", "IPv6 is not available, and the application listens on it");
  if (fd < 0) fail(NULL, "a socket (family %d, type %d): %e", family_of(d), type_of(d), fd);
  set_options(d, (int)fd);
  if (d->b == PLAN_SOCKET_NEW) {
    if (d->c) sys(shutdown, fd, d->c - 1); /* never connected: the kernel may say so */
    return (int)fd;
  }
  read_address(d, &address);
  if (address.length && !is_internet(d)) {
    bind_unix(d, (int)fd, &address);
  } else if (address.length) {
    long error = sys(bind, fd, address.bytes, address.length);
    if (error) fail_internet(&address, error);
  }
  if (d->b == PLAN_SOCKET_LISTENING) {
    long error = sys(listen, fd, d->c);
    if (error && is_internet(d)) fail_internet(&address, error);
    if (error) fail(NULL, "listening on descriptor %d: %e", d->number, error);
  }
  return (int)fd;
}

void check_ports(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &self.plan.descriptors[i];
    if (d->kind == PLAN_FD_SOCKET && d->b != PLAN_SOCKET_NEW) make_socket(d, true);
  }
}
