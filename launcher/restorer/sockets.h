/* Makes sockets, sets their options, binds them and lets them listen. */
#ifndef CRJVM_SOCKETS_H
#define CRJVM_SOCKETS_H

#include <stdbool.h>

#include "plan.h"

/* Makes a blocking socket that closes on exec. With only_internet it returns -1 for other sockets. */
int make_socket(const struct plan_descriptor *d, bool only_internet);

/* Binds the ports that --check is to try, and keeps them. */
void check_ports(void);

#endif
