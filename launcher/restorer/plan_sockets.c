/* What a plan says of a socket. */
#include "plan_sockets.h"

enum { TYPE_STREAM = 1, TYPE_DATAGRAM = 2 };

static int family_of(const struct plan_descriptor *d) { return d->a & 0xff; }
static int type_of(const struct plan_descriptor *d) { return d->a >> 8 & 0xff; }

bool is_internet_socket(const struct plan_descriptor *d) { return family_of(d) == FAMILY_INET || family_of(d) == FAMILY_INET6; }

enum transport transport_of(const struct plan_descriptor *d) { return type_of(d) == TYPE_STREAM ? TRANSPORT_TCP : TRANSPORT_UDP; }

bool internet_endpoint(const struct plan *plan, const struct plan_descriptor *d, struct endpoint *at) {
  bool has_port = is_internet_socket(d) && (type_of(d) == TYPE_STREAM || type_of(d) == TYPE_DATAGRAM);
  if (d->kind != PLAN_FD_SOCKET || d->b == PLAN_SOCKET_NEW || d->name == PLAN_NONE || !has_port) return false;
  return read_endpoint((const unsigned char *)plan->strings + d->name, d->object, at);
}
