/* The ports that the restored process listens on, for the caller. */
#ifndef CRJVM_PORTS_H
#define CRJVM_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "plan.h"

/* An internet socket, bound. */
struct port {
  int fd;
  enum transport transport;
  bool asked; /* there is a --listen about it */
  bool anew;  /* the kernel has chosen another one, without a --listen */
  uint16_t from, to;
};

void check_listens(void); /* every --listen is about a socket of the image */
void remove_port_file(void);
void note_port(const struct plan_descriptor *d, int fd, struct listen *listen);
const struct port *noted_ports(uint32_t *count);
void write_port_file(void);
void print_ports(void);

#endif
