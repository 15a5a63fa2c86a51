/* Internet addresses with ports: from the command line, and inside of the kernel's socket addresses. */
#ifndef CRJVM_ADDRESS_H
#define CRJVM_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* Every address is an IPv6 one: IPv4 as ::ffff:A.B.C.D, both "all addresses" as ::. */
struct endpoint {
  bool any; /* no address was given: whichever */
  unsigned char ip[16];
  uint16_t port;
};

enum transport { TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORTS };

/* PORT, A.B.C.D:PORT or [IPv6]:PORT, the whole of [s, end); false: it is none of them. */
bool parse_endpoint(const char *s, const char *end, struct endpoint *endpoint);

/* From a struct sockaddr_in or sockaddr_in6; false: neither, or too short. */
bool read_endpoint(const unsigned char *sockaddr, uint32_t length, struct endpoint *endpoint);

/* Changes the port, and the address unless any; false: an IPv4 socket can't have this address. */
bool write_endpoint(unsigned char *sockaddr, const struct endpoint *endpoint);

/* Whether at is what wanted means. */
bool same_endpoint(const struct endpoint *wanted, const struct endpoint *at);

void append_endpoint(struct text *text, const struct endpoint *endpoint);

#endif
