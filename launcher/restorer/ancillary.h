/* Sends messages with descriptors through Unix sockets. */
#ifndef CRJVM_ANCILLARY_H
#define CRJVM_ANCILLARY_H

#include <stdint.h>

enum { ANCILLARY_MOST = 8 };

/* Sends bytes and up to ANCILLARY_MOST descriptors. Returns the number of bytes, or an error. It causes no signal. */
long send_descriptors(int socket, const void *bytes, uint64_t length, const int *descriptors, int count);

/* Receives the same. The descriptors close on exec. *count is the number that fits before, and the number that has come afterwards. */
long receive_descriptors(int socket, void *bytes, uint64_t length, int *descriptors, int *count);

/* Says who has connected, or who listens at the other end. Returns 0, or an error. */
struct peer {
  int32_t process; /* 0: it is in another PID namespace */
  uint32_t user, group;
};
long identify_peer(int socket, struct peer *peer);

#endif
