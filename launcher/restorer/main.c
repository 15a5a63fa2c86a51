/* crjvm-restore: becomes the JVM of an image, in place and without any privilege. */
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/time.h>

#include "perfdata.h"
#include "restorer.h"

struct restorer self;

enum { STACK = 128 * 1024, PHASES = 8 };
static struct {
  const char *name;
  uint64_t end;
} phases[PHASES];
static int phase_count;

static uint64_t now(void) {
  int64_t time[2] = {0, 0};
  sys(clock_gettime, CLOCK_MONOTONIC, time);
  return (uint64_t)time[0] * 1000000000 + (uint64_t)time[1];
}

static void end_phase(const char *name) {
  if (!self.options.verbose || phase_count == PHASES) return;
  phases[phase_count].name = name;
  phases[phase_count++].end = now();
}

void print_timings(void) {
  static char buffer[512];
  struct text line = TEXT(buffer);
  uint64_t before = self.started;
  if (!self.options.verbose) return;
  end_phase("threads");
  append(&line, "crjvm: restored in %u us:", (now() - self.started) / 1000);
  for (int i = 0; i < phase_count; before = phases[i++].end)
    append(&line, "%s %s %u", i ? "," : "", phases[i].name, (phases[i].end - before) / 1000);
  append(&line, "\n");
  print_line(&line);
}

/* Arguments and environment, out of the stack that the kernel made. */
static char **copy_strings(char *const *from, int *count) {
  uint64_t size = sizeof *from;
  int n = 0;
  for (; from[n]; n++) size += sizeof *from + text_length(from[n]) + 1;
  char **to = allocate(size), *at = (char *)(to + n + 1);
  for (int i = 0; i < n; i++) {
    size_t length = text_length(from[i]) + 1;
    to[i] = __builtin_memcpy(at, from[i], length);
    at += length;
  }
  if (count) *count = n;
  return to;
}

/* Numbers 0, 1, 2 stay what they are, closed ones included: until the end something holds their places. */
static unsigned placeholders;

static void hold_standard_streams(void) {
  for (;;) {
    long fd = sys(openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC);
    if (fd < 0) return;
    if (fd > 2) {
      sys(close, fd);
      return;
    }
    placeholders |= 1u << fd;
  }
}

bool is_closed_stream(int fd) { return placeholders >> fd & 1; }

static void release_standard_streams(void) {
  for (int fd = 0; fd < 3; fd++)
    if (placeholders >> fd & 1) sys(close, fd);
}

static void close_all(unsigned first, unsigned last) {
  if (first > last || sys(close_range, first, last, 0) == 0) return;
  for (unsigned fd = first; fd <= last && fd < 4096; fd++) sys(close, fd); /* before Linux 5.9 */
}

/* All but what arguments name: a tool that is called with <(COMMAND) reads it. */
static void close_inherited(void) {
  int names[sizeof self.named / sizeof *self.named];
  int count = find_named_descriptors(&self.options, names, sizeof names / sizeof *names);
  unsigned first = 3;
  for (int i = 0; i < count; i++) {
    if (sys(fcntl, names[i], F_GETFD, 0) < 0) continue; /* not open */
    self.named[self.named_count++] = names[i];
    close_all(first, (unsigned)names[i] - 1);
    first = (unsigned)names[i] + 1;
  }
  close_all(first, ~0u);
}

static void read_command_line(void) {
  static char buffer[512];
  struct text why = TEXT(buffer);
  char **slots = allocate((uint64_t)(self.argument_count + 1) * sizeof *slots);
  if (!parse_options(&self.options, self.argument_count, self.arguments, slots, &why)) fail_usage(buffer);
  if (!self.options.version) return;
  struct text version = TEXT(buffer);
  append(&version, "crjvm-restore %s plan %u\n", CRJVM_VERSION, (uint64_t)PLAN_VERSION);
  sys(write, 1, version.at, version.length);
  exit_with(0);
}

static _Noreturn void restore(void) {
  self.image_fd = -1;
  read_command_line();
  close_inherited();
  ignore_size_signal();
  hold_standard_streams();
  remove_port_file();
  open_image();
  follow_ports();
  check_listens();
  check_maps();
  find_objects();
  check_files();
  check_places();
  check_outside_files();
  check_settings();
  check_limits();
  if (self.options.check) {
    check_ports();
    exit_with(0);
  }
  become_same_process();
  end_phase("validation");

  move_own_areas();
  end_phase("own areas");
  read_clock_offsets();
  map_areas();
  end_phase("mappings");
  set_barriers();
  begin_contents();
  end_copies();
  protect_areas();
  write_words();
  continue_clock();
  raise_save_areas();
  lock_areas();
  end_phase("copies");

  make_descriptors();
  remove_attach_socket();
  fill_request();
  make_watches();
  make_locks();
  check_written_files(true);
  close_objects();
  release_standard_streams();
  end_phase("descriptors");
  end_working_set();
  end_phase("working set");

  block_signals();
  prepare_threads();
  set_layout();
  set_signal_actions();
  run_threads();
}

/* On a stack of our own, with all that is wanted from the kernel's. */
__attribute__((used, noreturn)) static void begin(char **strings) {
  self.started = now();
  self.arguments = copy_strings(strings, &self.argument_count);
  self.environment = copy_strings(strings + self.argument_count + 1, NULL);
  char *stack = allocate(STACK);
  __asm__ volatile(
      "mov %0, %%rsp\n\t"
      "xor %%ebp, %%ebp\n\t"
      "call *%1\n\t"
      "hlt"
      :
      : "r"(stack + STACK), "r"(restore)
      : "memory");
  __builtin_unreachable();
}

__asm__(
    ".pushsection .text\n"
    ".globl start\n"
    "start:\n\t"
    "xor %ebp, %ebp\n\t"
    "lea 8(%rsp), %rdi\n\t"
    "and $-16, %rsp\n\t"
    "call begin\n\t"
    "hlt\n"
    ".popsection\n");
