/* Finds out whether a registry has TLS. */
#ifndef CRJVM_TRANSPORT_H
#define CRJVM_TRANSPORT_H

#include <stdbool.h>

/* Sends the beginning of a handshake and looks at the answer. The certificate is not looked at here. */
bool speaks_tls(const char *host);

#endif
