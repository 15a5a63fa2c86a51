/* Parses and compares internet addresses with ports, from the command line and from the kernel's socket addresses. */
#ifndef CRJVM_ADDRESS_H
#define CRJVM_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* Every address is stored as IPv6: IPv4 becomes ::ffff:A.B.C.D, and both ways to write "all addresses" become ::. */
struct endpoint {
  bool any; /* no address was given, so every address fits */
  unsigned char ip[16];
  uint16_t port;
};

enum transport { TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORTS };

/* Parses PORT, A.B.C.D:PORT or [IPv6]:PORT, which has to be the whole of [s, end). Returns false if it is none of them. */
bool parse_endpoint(const char *s, const char *end, struct endpoint *endpoint);

/* Reads a struct sockaddr_in or sockaddr_in6. Returns false if it is neither, or too short. */
bool read_endpoint(const unsigned char *sockaddr, uint32_t length, struct endpoint *endpoint);

/* Changes the port, and the address unless any is set. Returns false if an IPv4 socket can't have this address. */
bool write_endpoint(unsigned char *sockaddr, const struct endpoint *endpoint);

/* Returns true if wanted applies to the endpoint at. */
bool same_endpoint(const struct endpoint *wanted, const struct endpoint *at);

void append_endpoint(struct text *text, const struct endpoint *endpoint);

#endif
