/* Makes sockets, sets their options, binds them and lets them listen. */
#ifndef CRJVM_SOCKETS_H
#define CRJVM_SOCKETS_H

#include <linux/poll.h>
#include <stdbool.h>

#include "plan.h"

/* Makes a blocking socket that closes on exec. With only_internet it returns -1 for other sockets. */
int make_socket(const struct plan_descriptor *d, bool only_internet);

/* Makes the sockets that listen, and lets them listen, before the others. make_socket then returns them. Fills in what to wait for
 * connections with, and returns how many there are. into has room for all descriptors. */
uint32_t prepare_listeners(struct pollfd *into);

/* Binds the ports that --check is to try, and keeps them. */
void check_ports(void);

#endif
