/* Tells the caller on which ports the restored process listens: on stderr, in a file, and in the restore message. */
#include "ports.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "fallback.h"
#include "own_files.h"
#include "plan_sockets.h"
#include "print.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"

static struct port *ports;
static uint32_t port_count;

const struct port *noted_ports(uint32_t *count) {
  *count = port_count;
  return ports;
}

static uint16_t bound_port(const struct plan_descriptor *d, int fd) {
  unsigned char address[128] = {0};
  struct endpoint at;
  uint32_t length = sizeof address;
  long error = sys(getsockname, fd, address, &length);
  if (error || !read_endpoint(address, length, &at)) fail(NULL, "the port of descriptor %d: %e", d->number, error);
  return at.port;
}

void note_port(const struct plan_descriptor *d, int fd, struct listen *listen) {
  struct endpoint from;
  if (!internet_endpoint(&self.plan, d, &from)) return;
  enum transport transport = transport_of(d);
  if (!ports) ports = allocate(self.plan.counts[PLAN_DESCRIPTORS] * sizeof *ports);
  uint16_t to = bound_port(d, fd);
  if (listen && !listen->to.port) listen->chosen[transport] = to;
  ports[port_count++] = (struct port){d->number, transport, listen != NULL, !listen && to != from.port, from.port, to};
}

void check_listens(void) {
  bool met[OPTION_LISTENS] = {false};
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DESCRIPTORS]; i++) {
    const struct plan_descriptor *d = &self.plan.descriptors[i];
    struct endpoint at;
    struct listen *listen = internet_endpoint(&self.plan, d, &at) ? find_listen(&self.options, &at, transport_of(d)) : NULL;
    if (listen) met[listen - self.options.listens] = true;
  }
  for (int i = 0; i < self.options.listen_count; i++) {
    if (met[i] || self.options.listens[i].follows) continue;
    refuse_fallback();
    fail("crjvm inspect shows its ports", "--listen %s: the image does not listen there", self.options.listens[i].as_given);
  }
}

static void append_port(struct text *text, const struct port *port) {
  append(text, "%s%u=%u", port->transport == TRANSPORT_UDP ? "udp:" : "", (uint64_t)port->from, (uint64_t)port->to);
}

/* Prints one line for each port that the kernel has chosen. */
static void print_ports(void) {
  for (uint32_t i = 0; i < port_count; i++) {
    char buffer[64];
    struct text line = TEXT(buffer);
    struct listen *listen = NULL;
    for (int k = 0; k < self.options.listen_count; k++)
      if (!self.options.listens[k].to.port && self.options.listens[k].chosen[ports[i].transport] == ports[i].to)
        listen = &self.options.listens[k];
    if (!ports[i].chosen && (!listen || !ports[i].asked)) continue;
    append(&line, "crjvm: listening: ");
    append_port(&line, &ports[i]);
    append(&line, "\n");
    print_line(&line);
  }
}

/* Removes the file of an earlier start, so that nobody takes it for this one's. */
void remove_port_file(void) {
  if (!self.options.port_file || self.options.check) return;
  struct location location = stage_location(self.options.port_file);
  remove_own(&location, 0);
  leave_location(&location);
}

static long write_ports(struct location *location) {
  uint64_t room = port_count * 32ul + 1;
  struct text text = {allocate(room), 0, room};
  for (uint32_t i = 0; i < port_count; i++) {
    append_port(&text, &ports[i]);
    append(&text, "\n");
  }
  remove_own(location, 0);
  long fd = make_own(location, 0644);
  if (fd < 0) return fd;
  long error = sys(write, fd, text.at, text.length);
  sys(close, fd);
  remember_own(location);
  return error;
}

/* Writes the file and then renames it: whoever waits for the file may read it at once, so it must be complete. */
static void write_port_file(void) {
  static char partial[512];
  struct text name = TEXT(partial);
  if (!self.options.port_file) return;
  struct location final = stage_location(self.options.port_file), location = {final.folder, partial};
  append(&name, "%s.%d.partial", final.name, (int)sys(getpid));
  long error = write_ports(&location);
  if (error >= 0) error = rename_own(&location, final.name);
  if (error < 0) {
    refuse_fallback();
    fail("give a path in a folder that can be written", "the port file \"%s\": %e", self.options.port_file, error);
  }
  leave_location(&location);
}

void tell_ports(void) {
  static bool told;
  if (told) return;
  told = true;
  write_port_file();
  print_ports();
}
