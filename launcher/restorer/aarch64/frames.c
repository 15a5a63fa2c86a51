/* Builds signal frames: rt_sigreturn loads a thread's registers from one, as if a signal handler had returned. */
#include "frames.h"

#include <asm/sigcontext.h>
#include <stddef.h>

/* This is the kernel's struct rt_sigframe. Its records follow each other, and one without a size ends them. A frame with no more than
 * floating-point registers clears the rest of the vector registers, as a system call may. */
struct frame {
  unsigned char siginfo[128];
  uint64_t flags, link;
  struct {
    uint64_t address;
    uint32_t flags, pad;
    uint64_t size;
  } stack;
  uint64_t mask;
  unsigned char unused[120];
  uint64_t pad;
  uint64_t fault_address;
  uint64_t registers[34];
  uint64_t pad2;
  struct fpsimd_context vectors;
  struct _aarch64_ctx end;
};
_Static_assert(offsetof(struct frame, fault_address) == 128 + 176, "the kernel's struct ucontext");
_Static_assert(offsetof(struct frame, vectors) == 128 + 176 + 288, "the kernel's struct sigcontext");
_Static_assert(sizeof(struct fpsimd_context) == 528, "the kernel's record of vector registers");

uint64_t frame_components(const struct cpu *cpu, const struct plan_processor *processor) {
  (void)cpu, (void)processor;
  return 0;
}

uint64_t frame_size(const struct cpu *cpu, uint64_t components) {
  (void)cpu, (void)components;
  return sizeof(struct frame) + 15;
}

uint64_t build_frame(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, uint64_t top) {
  (void)cpu, (void)components;
  struct frame *frame = (struct frame *)((top - sizeof *frame) & ~15ul);
  __builtin_memset(frame, 0, sizeof *frame);
  frame->stack.address = thread->stack_address;
  frame->stack.flags = thread->stack_flags;
  frame->stack.size = thread->stack_size;
  frame->mask = thread->signal_mask;
  /* The registers of struct plan_registers from x0 to pstate are in the order of struct sigcontext. */
  _Static_assert(offsetof(struct plan_registers, pstate) == 33 * 8ul, "34 registers");
  __builtin_memcpy(frame->registers, thread->registers.x, sizeof frame->registers);
  frame->vectors.head.magic = FPSIMD_MAGIC;
  frame->vectors.head.size = sizeof frame->vectors;
  frame->vectors.fpsr = thread->registers.fpsr;
  frame->vectors.fpcr = thread->registers.fpcr;
  _Static_assert(sizeof frame->vectors.vregs == sizeof thread->registers.v, "32 vector registers");
  __builtin_memcpy(frame->vectors.vregs, thread->registers.v, sizeof frame->vectors.vregs);
  return (uint64_t)frame;
}
