/* crjvm-restore turns into the JVM of an image, in the same process and without any privilege. */
#include "main.h"

#include "allocate.h"
#include "auxiliary.h"
#include "checks.h"
#include "clock.h"
#include "contents.h"
#include "descriptors.h"
#include "fallback.h"
#include "image.h"
#include "keeper.h"
#include "limits.h"
#include "made.h"
#include "memory.h"
#include "message.h"
#include "objects.h"
#include "outside.h"
#include "page_cache.h"
#include "park.h"
#include "perfdata.h"
#include "ports.h"
#include "processor_state.h"
#include "restorer.h"
#include "same_pid.h"
#include "settings.h"
#include "signals.h"
#include "sockets.h"
#include "stack.h"
#include "start_limited.h"
#include "streams.h"
#include "syscall.h"
#include "take.h"
#include "threads.h"
#include "timings.h"
#include "watches.h"

enum { STACK = 128 * 1024 };

/* Copies arguments or environment from the stack that the kernel made. more is the number of additional pointers behind them. */
static char **copy_strings(char *const *from, int *count, int more) {
  uint64_t size = sizeof *from * (uint64_t)(more + 1);
  int n = 0;
  for (; from[n]; n++) size += sizeof *from + text_length(from[n]) + 1;
  char **to = allocate(size), *at = (char *)(to + n + 1 + more);
  for (int i = 0; i < n; i++) {
    size_t length = text_length(from[i]) + 1;
    to[i] = __builtin_memcpy(at, from[i], length);
    at += length;
  }
  if (count) *count = n;
  return to;
}

/* Copies the arguments with room for those of a normal start, because giving up must not allocate memory. Copies also what follows
 * them. */
static void copy_start(char *const *strings) {
  int count = 0;
  while (strings[count]) count++;
  self.arguments = copy_strings(strings, &self.argument_count, count + FALLBACK_WORDS);
  self.fallback_arguments = self.arguments + count + 1;
  char *const *environment = strings + count + 1;
  self.environment = copy_strings(environment, &count, 0);
  keep_auxiliary((const unsigned long *)(environment + count + 1));
}

static void read_command_line(void) {
  static char buffer[512];
  struct text why = TEXT(buffer);
  char **slots = allocate((uint64_t)(self.argument_count + 1) * sizeof *slots);
  if (!parse_options(&self.options, self.argument_count, self.arguments, slots, &why)) fail_usage(buffer);
  if (self.options.processor) {
    show_processor_state();
    exit_with(0);
  }
  if (self.options.limit_features) start_limited(self.options.arguments, self.options.argument_count);
  if (!self.options.version) return;
  struct text version = TEXT(buffer);
  append(&version, "crjvm-restore %s plan %u\n", CRJVM_VERSION, (uint64_t)PLAN_VERSION);
  sys(write, 1, version.at, version.length);
  exit_with(0);
}

static void set_actions(void) {
  uint64_t number;
  long error = set_signal_actions(&number);
  if (error) fail(NULL, "the action of signal %u: %e", number, error);
}

static _Noreturn void restore(void) {
  self.image_fd = self.taker = -1;
  read_command_line();
  hold_standard_streams();
  take_parked();
  close_inherited();
  if (self.options.park) leave_keeper();
  ignore_size_signal();
  remove_port_file();
  open_image();
  if (!self.options.park) check_start();
  find_objects();
  check_machine_state();
  if (!self.options.park) tell_settings();
  set_processor_state();
  if (self.options.check) {
    check_ports();
    exit_with(0);
  }
  become_same_process();
  prepare_parking();
  end_phase("validation");

  move_own_areas();
  end_phase("own areas");
  empty_page_cache();
  map_areas();
  read_ahead();
  end_phase("mappings");
  set_barriers();
  begin_contents();
  end_copies();
  protect_areas();
  write_words();
  raise_save_areas();
  lock_areas();
  end_phase("copies");

  park();
  continue_clock();

  make_missing_files();
  make_descriptors();
  remove_attach_socket();
  fill_message();
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
  set_actions();
  run_threads();
}

/* Runs on the restorer's own stack and copies everything that is needed from the kernel's. */
void start_restorer(char **strings) {
  self.started = now();
  copy_start(strings);
  char *stack = allocate(STACK);
  call_on_stack((uint64_t)(stack + STACK), restore, 0);
}
