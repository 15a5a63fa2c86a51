/* Writes the restore message, which tells the waiting agent with which settings the application is restored. */
#include "message.h"

#include <linux/fcntl.h>

#include "allocate.h"
#include "fallback.h"
#include "kept.h"
#include "objects.h"
#include "perfdata.h"
#include "ports.h"
#include "restorer.h"
#include "syscall.h"
#include "waking.h"

static char *buffer;
static uint64_t length, room;

static void put(const char *a, const char *b) {
  const char *parts[] = {a, b};
  for (int i = 0; i < 2; i++)
    for (const char *s = parts[i]; *s; s++)
      if (length < room) buffer[length++] = *s;
  if (length < room) buffer[length++] = 0;
}

static void put_number(const char *name, int64_t value) {
  char digits[32];
  struct text text = TEXT(digits);
  append(&text, value < 0 ? "-%u" : "%u", value < 0 ? -(uint64_t)value : (uint64_t)value);
  put(name, digits);
}

static void put_strings(char *const *strings, int count) {
  put_number("", count);
  for (int i = 0; i < count; i++) put(strings[i], "");
}

/* These variables are settings of crjvm for this start. Those that the application starts are none of it. */
static bool is_of_start(const char *variable) {
  return text_starts(variable, "CRJVM_FALLBACK=") || text_starts(variable, "CRJVM_REQUIRE_SIGNATURE=");
}

static void put_environment(int count) {
  int left = 0;
  for (int i = 0; i < count; i++) left += !is_of_start(self.environment[i]);
  put_number("", left);
  for (int i = 0; i < count; i++)
    if (!is_of_start(self.environment[i])) put(self.environment[i], "");
}

static uint64_t measure(char *const *strings, int count) {
  uint64_t sum = 32;
  for (int i = 0; i < count; i++) sum += text_length(strings[i]) + 1;
  return sum;
}

/* Writes the image folder as an absolute path. If the working folder has no path (it is outside of the root), the path stays as
 * given. */
static void put_image(void) {
  enum { PATH_ROOM = 4096 };
  static char folder[PATH_ROOM + 1];
  const char *image = self.options.image;
  long got = *image == '/' ? 0 : sys(getcwd, folder, PATH_ROOM);
  if (got > 1 && folder[0] == '/') {
    folder[got - 1] = folder[got - 2] == '/' ? 0 : '/';
    put("image=", folder);
    length--;
    put(image, "");
  } else {
    put("image=", image);
  }
}

/* Writes the id in the usual form of a UUID. */
static void put_image_id(void) {
  static const char DIGITS[] = "0123456789abcdef";
  char text[37], *at = text;
  for (size_t i = 0; i < sizeof self.plan.header->image_id; i++) {
    uint8_t byte = self.plan.header->image_id[i];
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = DIGITS[byte >> 4];
    *at++ = DIGITS[byte & 15];
  }
  *at = 0;
  put("image-id=", text);
}

/* Writes "port.FD=TRANSPORT OLD NEW", for caches in the JDK and the application. */
static void put_ports(void) {
  uint32_t count;
  const struct port *ports = noted_ports(&count);
  for (uint32_t i = 0; i < count; i++) {
    char buffer_of_line[64];
    struct text line = TEXT(buffer_of_line);
    if (!ports[i].asked && !ports[i].chosen) continue;
    append(&line, "port.%d=%s %u %u", ports[i].fd, ports[i].transport == TRANSPORT_UDP ? "udp" : "tcp", (uint64_t)ports[i].from,
           (uint64_t)ports[i].to);
    put(buffer_of_line, "");
  }
}

/* Writes "vm-option.N=Name=Value", for HotSpot. */
static void put_vm_options(void) {
  for (int i = 0; i < self.options.vm_option_count; i++) {
    char buffer_of_name[32];
    struct text name = TEXT(buffer_of_name);
    append(&name, "vm-option.%d=", i);
    put(buffer_of_name, self.options.vm_options[i]);
  }
}

/* Writes "watch=TIMER SIGNAL", for the agent, which deletes the timer. */
static void put_watch(void) {
  char buffer_of_line[32];
  struct text line = TEXT(buffer_of_line);
  int timer, signal;
  if (!get_watch(&timer, &signal)) return;
  append(&line, "watch=%d %d", timer, signal);
  put(buffer_of_line, "");
}

/* Writes "perfdata=FILE", for the agent, which deletes the file at the end: HotSpot would use the name that the dumped process
 * had. */
static void put_perfdata(void) {
  if (made_perfdata()) put("perfdata=", made_perfdata());
}

static int writer;

int make_message(void) {
  char path_buffer[64];
  struct text path = TEXT(path_buffer);
  writer = make_memory("crjvm-message", false, false);
  append(&path, "/proc/self/fd/%d", writer);
  long reader = sys(openat, AT_FDCWD, path_buffer, O_RDONLY | O_CLOEXEC);
  /* If the file can't be opened again, the agent gets the writer: its position is still at the start, because pwrite does not
   * move it. */
  if (reader < 0) reader = sys(fcntl, writer, F_DUPFD_CLOEXEC, 3);
  return (int)reader;
}

void fill_message(void) {
  if (self.plan.header->message_fd < 0) return;
  const struct options *o = &self.options;
  int environment_count = 0;
  while (self.environment[environment_count]) environment_count++;
  uint32_t port_count;
  noted_ports(&port_count);
  room = 16384 + port_count * 64ul + text_length(o->image) + (o->report ? text_length(o->report) : 0) +
         measure(o->arguments, o->argument_count) + measure(o->properties, o->property_count) +
         measure(o->vm_options, o->vm_option_count) + (uint64_t)o->vm_option_count * 32 +
         measure(self.environment, environment_count);
  buffer = allocate(room);
  put("R1", "");
  put_image();
  put_image_id();
  put("verbose=", o->verbose ? "1" : "0");
  put_number("started=", (int64_t)self.started);
  put_number("offset=", kept.record.monotonic_offset);
  put("keep-arguments=", o->keep_arguments ? "1" : "0");
  prepare_watch();
  put_watch();
  put_ports();
  put_vm_options();
  put_perfdata();
  if (self.memory_limit) put_number("memory-limit=", (int64_t)self.memory_limit);
  if (o->report) put("report=", o->report);
  put("", "");
  put_strings(o->arguments, o->argument_count);
  put_strings(o->properties, o->property_count);
  put_environment(environment_count);

  for (uint64_t done = 0; done < length;) {
    long written = sys(pwrite64, writer, buffer + done, length - done, done);
    if (written <= 0) fail(NULL, "the restore message: %e", written);
    done += (uint64_t)written;
  }
  sys(close, writer);
}
