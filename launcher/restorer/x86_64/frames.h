/* Builds signal frames: rt_sigreturn loads a thread's registers from one, as if a signal handler had returned. */
#ifndef CRJVM_FRAMES_H
#define CRJVM_FRAMES_H

#include "cpu.h"
#include "plan.h"

enum {
  FRAME_CONTEXT = 304, /* struct ucontext as the kernel reads it */
  FRAME_RED_ZONE = 128,
  FRAME_COMPONENTS = 0x2e7 /* all components that a plan can have */
};

/* Returns the components of the processor's state that frames have here. An image may come from a machine that has more. Protection
 * keys are always among them if this machine has them. */
uint64_t frame_components(const struct cpu *cpu, const struct plan_processor *processor);

/* Returns how many bytes of processor state a frame for these components has on this machine, without the end mark. */
uint32_t frame_state_size(const struct cpu *cpu, uint64_t components);

/* Returns how many bytes a frame takes, from the top of its place to its lowest byte, with alignment. */
uint64_t frame_size(const struct cpu *cpu, uint64_t components);

/* Builds the frame below top and returns the stack pointer for rt_sigreturn. */
uint64_t build_frame(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, uint64_t top);

#endif
