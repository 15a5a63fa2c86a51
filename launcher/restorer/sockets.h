/* Sockets: made, given their options, bound, listening. */
#ifndef CRJVM_SOCKETS_H
#define CRJVM_SOCKETS_H

#include <stdbool.h>

#include "plan.h"

/* The socket, closing on exec, blocking; only_internet: -1 for others. */
int make_socket(const struct plan_descriptor *d, bool only_internet);

/* Binds what --check is to find out about, and keeps it. */
void check_ports(void);

#endif
