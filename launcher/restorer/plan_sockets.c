/* Reads the plan's records of sockets. */
#include "plan_sockets.h"

#include "kernel_names.h"

bool is_internet_socket(const struct plan_descriptor *d) { return d->socket.family == AF_INET || d->socket.family == AF_INET6; }

enum transport transport_of(const struct plan_descriptor *d) {
  return d->socket.type == SOCK_STREAM ? TRANSPORT_TCP : TRANSPORT_UDP;
}

bool internet_endpoint(const struct plan *plan, const struct plan_descriptor *d, struct endpoint *at) {
  bool has_port = is_internet_socket(d) && (d->socket.type == SOCK_STREAM || d->socket.type == SOCK_DGRAM);
  if (d->kind != PLAN_FD_SOCKET || d->socket.state == PLAN_SOCKET_NEW || d->socket.address == PLAN_NONE || !has_port)
    return false;
  return read_endpoint((const unsigned char *)plan->strings + d->socket.address, d->socket.address_length, at);
}
