/* Sets the processor's state that threads inherit and no signal frame holds: the length of vectors, and the keys that sign addresses. */
#include "processor_state.h"

#include <asm/errno.h>
#include <asm/hwcap.h>
#include <linux/prctl.h>

#include "fallback.h"
#include "pac.h"
#include "pac_keys.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"

static const char OTHER[] = "make the image on a machine like this one, or a portable one";

static void check_what_code_relies_on(void) {
  char buffer[256];
  struct text why = TEXT(buffer);
  if (!check_caches(&self.cpu, &self.plan.header->processor, &why))
    fail("make the image on a machine like this one", "%s", buffer);
}

static void set_vector_length(void) {
  uint32_t wanted = self.plan.header->processor.vector_length;
  if (!wanted) return;
  bool has_vectors = self.cpu.words[PLAN_CPU_HWCAP] & HWCAP_SVE;
  long got = has_vectors ? sys(prctl, PR_SVE_SET_VL, wanted, 0, 0, 0) : -EINVAL;
  /* The kernel takes the next shorter length if the processor lacks one. */
  if (got < 0 || (got & PR_SVE_VL_LEN_MASK) != (long)wanted)
    fail(OTHER, "the CPU has no SVE vectors of %u bytes", (uint64_t)wanted);
}

static void check_samples(const struct plan_processor *processor) {
  uint64_t samples[PLAN_PAC_SAMPLES];
  take_pac_samples(processor->pac, samples);
  if (!has_same_samples(processor, samples))
    fail(OTHER, "the CPU signs return addresses in another way than that of the checkpoint (pointer authentication)");
}

/* Return addresses on the stacks of native code are signed. Without keys nothing is: the same instructions then have to do nothing. */
static void set_keys(void) {
  const struct plan_processor *processor = &self.plan.header->processor;
  uint32_t present = find_pac(&self.cpu);
  if (processor->pac & ~present)
    fail(OTHER, "its return addresses are signed, and the CPU lacks pointer authentication (%s)",
         processor->pac & ~present & PLAN_PAC_ADDRESS ? "paca" : "pacg");
  long error = processor->pac ? set_pac_keys(processor) : 0;
  if (error)
    fail("allow ptrace (kernel.yama.ptrace_scope at most 1, a seccomp filter that lets it through), or make a portable image",
         "its return addresses are signed, and the keys can't be set by ptrace: %e", error);
  if (processor->pac) check_samples(processor);
  if (processor->pac & PLAN_PAC_ADDRESS || !(present & PLAN_PAC_ADDRESS)) return;
  error = disable_pac_keys();
  if (error)
    fail("use Linux 5.13 or newer", "its return addresses are not signed, and pointer authentication can't be disabled: %e",
         error);
}

void set_processor_state(void) {
  check_what_code_relies_on();
  set_vector_length();
  set_keys();
}

static _Noreturn void fail_to_show(const char *cause, long error) {
  char buffer[256];
  struct text line = TEXT(buffer);
  append(&line, "crjvm: cannot describe the processor: %s", cause);
  append(&line, error ? ": %e\n" : "\n", error);
  print_line(&line);
  exit_with(EXIT_UNUSABLE);
}

static void read_input(char *buffer, size_t room) {
  size_t length = 0;
  for (long got; length < room - 1 && (got = sys(read, 0, buffer + length, room - 1 - length)) > 0;) length += (size_t)got;
  buffer[length] = 0;
}

void show_processor_state(void) {
  static char input[1024], output[256];
  static struct plan_processor processor;
  struct text lines = TEXT(output);
  uint64_t samples[PLAN_PAC_SAMPLES];
  read_input(input, sizeof input);
  if (!parse_pac_keys(input, &processor)) fail_to_show("standard input has not the lines pac, enabled and ten times key", 0);
  read_cpu(&self.cpu);
  if (processor.pac & ~find_pac(&self.cpu)) fail_to_show("the CPU lacks pointer authentication", 0);
  long error = processor.pac ? set_pac_keys(&processor) : 0;
  if (error) fail_to_show("the keys can't be set by ptrace", error);
  take_pac_samples(processor.pac, samples);
  for (int i = 0; i < PLAN_PAC_SAMPLES; i++) append(&lines, "sample %x\n", samples[i]);
  append(&lines, "dczid %x\nctr %x\n", (uint64_t)self.cpu.zero_block, (uint64_t)self.cpu.cache_type);
  sys(write, 1, lines.at, lines.length);
}
