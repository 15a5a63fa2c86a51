/* Reads the plan's records of sockets. */
#ifndef CRJVM_PLAN_SOCKETS_H
#define CRJVM_PLAN_SOCKETS_H

#include <stdbool.h>

#include "address.h"
#include "plan_lookup.h"

/* The descriptor has to be of kind SOCKET. */
bool is_internet_socket(const struct plan_descriptor *d);
enum transport transport_of(const struct plan_descriptor *d);

/* Finds the address to which the image has an internet socket bound. Returns false if d is not an internet socket with an
 * address. */
bool internet_endpoint(const struct plan *plan, const struct plan_descriptor *d, struct endpoint *at);

#endif
