/* Gives this process keys of pointer authentication. The kernel lets a process only renew its own keys, but a tracer may set them: a child
 * traces this process for a moment. Threads that are made later inherit the keys, and an exec gives the process new ones. Nothing of the
 * restorer signs an address. */
#include "pac_keys.h"

#include <asm/errno.h>
#include <linux/elf.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/wait.h>

#include "syscall.h"
#include "tracing.h"

enum { ALL_KEYS = PR_PAC_APIAKEY | PR_PAC_APIBKEY | PR_PAC_APDAKEY | PR_PAC_APDBKEY };

/* Runs in the child. */
static long set_keys_of(long process, const struct plan_processor *processor) {
  int status;
  long error = sys(ptrace, PTRACE_SEIZE, process, 0, 0);
  if (!error) error = sys(ptrace, PTRACE_INTERRUPT, process, 0, 0);
  if (error) return error;
  long got = sys(wait4, process, &status, __WALL, 0);
  if (got != process) return got < 0 ? got : -ECHILD;
  if (processor->pac & PLAN_PAC_ADDRESS)
    error = set_registers(process, NT_ARM_PACA_KEYS, processor->pac_keys, sizeof processor->pac_keys);
  if (!error && processor->pac & PLAN_PAC_GENERIC)
    error = set_registers(process, NT_ARM_PACG_KEYS, processor->pac_generic, sizeof processor->pac_generic);
  long detached = sys(ptrace, DETACH, process, 0, 0);
  return error ? error : detached;
}

/* Starts only when the parent has named it as its tracer, which Yama asks for. A parent that is killed meanwhile closes the pipe. */
static _Noreturn void be_tracer(int gate, long process, const struct plan_processor *processor) {
  char byte;
  long error = sys(read, gate, &byte, 1) == 1 ? set_keys_of(process, processor) : -ECHILD;
  for (;;) sys(exit_group, -error);
}

static long be_traced(const struct plan_processor *processor) {
  int gate[2], status = 0;
  long process = sys(getpid), got;
  long error = sys(pipe2, gate, O_CLOEXEC);
  if (error) return error;
  long child = sys(clone, 0, 0, 0, 0, 0); /* its end sends no signal */
  if (child == 0) {
    sys(close, gate[1]);
    be_tracer(gate[0], process, processor);
  }
  sys(close, gate[0]);
  if (child > 0) {
    sys(prctl, PR_SET_PTRACER, child, 0, 0, 0); /* fails without Yama */
    sys(write, gate[1], "", 1);
    while ((got = sys(wait4, child, &status, __WALL, 0)) == -EINTR) continue;
    sys(prctl, PR_SET_PTRACER, 0, 0, 0, 0);
    error = got == child ? -(long)(status >> 8 & 0xff) : got;
    if (!error && status) error = -EPERM; /* a filter has killed it */
  } else error = child;
  sys(close, gate[1]);
  return error;
}

static long enable_keys(uint64_t enabled) {
  long now = sys(prctl, PR_PAC_GET_ENABLED_KEYS, 0, 0, 0, 0);
  if (now == (long)enabled || (now == -EINVAL && enabled == ALL_KEYS)) return 0; /* before Linux 5.13 all are enabled */
  return sys(prctl, PR_PAC_SET_ENABLED_KEYS, ALL_KEYS, enabled, 0, 0);
}

long set_pac_keys(const struct plan_processor *processor) {
  long error = be_traced(processor);
  if (!error && processor->pac & PLAN_PAC_ADDRESS) error = enable_keys(processor->pac_enabled);
  return error;
}

long disable_pac_keys(void) { return enable_keys(0); }
