/* Starts a program that sees only some of the processor's features. The kernel tells them to each program that it starts, on the stack. A
 * tracer changes them there before the program's first instruction. The tracer is nobody's child then, so that the program finds no child
 * that it has not made. */
#include "start_limited.h"

#include <asm/errno.h>
#include <asm/ptrace.h>
#include <asm/signal.h>
#include <linux/auxvec.h>
#include <linux/elf.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/wait.h>

#include "fallback.h"
#include "kernel_names.h"
#include "plan_processor.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"
#include "tracing.h"

enum { HWCAP3 = 29, HWCAP4 = 30 }; /* AT_HWCAP3 and AT_HWCAP4, which older headers lack */
enum { PAIR = 2 * sizeof(uint64_t) };

struct limit {
  uint64_t words[PLAN_CPU_WORDS];
};

static bool peek(long process, uint64_t address, uint64_t *word) { return !sys(ptrace, PTRACE_PEEKDATA, process, address, word); }

/* Finds the auxiliary vector of a program that has not begun: behind the number of arguments, the arguments and the environment. Returns 0
 * if it is not there. */
static uint64_t find_auxiliary(long process) {
  struct user_pt_regs registers;
  uint64_t word;
  if (get_registers(process, NT_PRSTATUS, &registers, sizeof registers)) return 0;
  if (!peek(process, registers.sp, &word)) return 0;
  uint64_t at = registers.sp + (word + 2) * sizeof word;
  do {
    if (!peek(process, at, &word)) return 0;
    at += sizeof word;
  } while (word);
  return at;
}

static bool find_limit(const struct limit *limit, uint64_t type, uint64_t *kept) {
  *kept = 0;
  if (type == AT_HWCAP) *kept = limit->words[PLAN_CPU_HWCAP];
  if (type == AT_HWCAP2) *kept = limit->words[PLAN_CPU_HWCAP2];
  return type == AT_HWCAP || type == AT_HWCAP2 || type == HWCAP3 || type == HWCAP4;
}

static void hide_features(long process, const struct limit *limit) {
  uint64_t at = find_auxiliary(process), type, value, kept;
  for (; at && peek(process, at, &type) && type != AT_NULL; at += PAIR)
    if (find_limit(limit, type, &kept) && peek(process, at + sizeof type, &value))
      sys(ptrace, PTRACE_POKEDATA, process, at + sizeof type, value & kept);
}

/* Waits until the process has started the program, and lets its signals and stops happen meanwhile. */
static void await_start(long process, const struct limit *limit) {
  const uint64_t none = 0;
  int status;
  for (;;) {
    long got = sys(wait4, process, &status, __WALL, 0);
    if (got == -EINTR) continue;
    if (got != process || (status & 0xff) != 0x7f) return; /* it has ended */
    int event = status >> 16, signal = status >> 8 & 0xff;
    if (event == PTRACE_EVENT_EXEC) {
      hide_features(process, limit);
      set_registers(process, NT_ARM_PAC_ENABLED_KEYS, &none, sizeof none); /* fails where there are no keys */
      sys(ptrace, DETACH, process, 0, 0);
      return;
    }
    bool stops = event == PTRACE_EVENT_STOP && signal != SIGTRAP;
    sys(ptrace, stops ? PTRACE_LISTEN : PTRACE_CONT, process, 0, event ? 0 : signal);
  }
}

static _Noreturn void end(void) {
  for (;;) sys(exit_group, 0);
}

/* Tells its process id, because Yama asks for it, and waits until that is done. Each end of the channel closes with its process. */
static _Noreturn void be_tracer(int channel, long process, const struct limit *limit) {
  long own = sys(getpid);
  char byte;
  bool named = sys(write, channel, &own, sizeof own) == sizeof own && sys(read, channel, &byte, 1) == 1;
  if (named && !sys(ptrace, PTRACE_SEIZE, process, 0, PTRACE_O_TRACEEXEC)) {
    sys(write, channel, "", 1);
    sys(close, channel);
    await_start(process, limit);
  }
  end();
}

static void be_traced(const struct limit *limit) {
  int channel[2];
  long process = sys(getpid), tracer;
  char byte;
  if (sys(socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel)) return;
  long child = sys(clone, 0, 0, 0, 0, 0);
  if (child == 0) {
    sys(close, channel[0]);
    if (sys(clone, 0, 0, 0, 0, 0) == 0) be_tracer(channel[1], process, limit);
    end();
  }
  sys(close, channel[1]);
  if (child > 0)
    while (sys(wait4, child, 0, __WALL, 0) == -EINTR) continue;
  if (sys(read, channel[0], &tracer, sizeof tracer) == sizeof tracer) {
    sys(prctl, PR_SET_PTRACER, tracer, 0, 0, 0); /* fails without Yama */
    sys(write, channel[0], "", 1);
    sys(read, channel[0], &byte, 1);
  }
  sys(close, channel[0]);
}

static bool parse_limit(char **words, struct limit *limit) {
  for (int i = 0; i < PLAN_CPU_WORDS; i++)
    if (!parse_number(words[i], words[i] + text_length(words[i]), INT64_MAX, &limit->words[i])) return false;
  return true;
}

_Noreturn void start_limited(char **words, int count) {
  enum { PROGRAM = PLAN_CPU_WORDS, NAME };
  struct limit limit;
  char buffer[512];
  struct text line = TEXT(buffer);
  if (count <= NAME || !parse_limit(words, &limit)) fail_usage("--limit-features needs two numbers, a program, and its name");
  be_traced(&limit);
  long error = sys(execve, words[PROGRAM], words + NAME, self.environment);
  append(&line, "crjvm: cannot start \"%s\": %e\n", words[PROGRAM], error);
  print_line(&line);
  exit_with(error == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE);
}
