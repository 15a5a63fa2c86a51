/* Tells the caller on which ports the restored process listens. */
#ifndef CRJVM_PORTS_H
#define CRJVM_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "plan.h"

/* A bound internet socket. */
struct port {
  int fd;
  enum transport transport;
  bool asked;  /* there is a --listen for it */
  bool chosen; /* the kernel has chosen another one, without a --listen */
  uint16_t from, to;
};

void check_listens(void); /* checks that every --listen applies to a socket of the image */
void remove_port_file(void);
void note_port(const struct plan_descriptor *d, int fd, struct listen *listen);
const struct port *noted_ports(uint32_t *count);
void tell_ports(void); /* writes the port file and prints what the kernel has chosen; does so once */

#endif
