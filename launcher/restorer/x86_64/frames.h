/* Signal frames: rt_sigreturn loads a thread's registers from one, as if a signal handler had returned. */
#ifndef CRJVM_FRAMES_H
#define CRJVM_FRAMES_H

#include "cpu.h"
#include "plan.h"

enum {
  FRAME_CONTEXT = 304, /* struct ucontext as the kernel reads it */
  FRAME_RED_ZONE = 128,
  FRAME_COMPONENTS = 0x2e7 /* all that a plan can have */
};

/* The components of the processor's state that frames have here: an image may have been made on a machine that has more. */
uint64_t frame_components(const struct cpu *cpu, const struct plan_processor *processor);

/* Bytes of processor state that a frame for these components has on this machine, the end mark not counted. */
uint32_t frame_state_size(const struct cpu *cpu, uint64_t components);

/* Bytes between the top of the place for a frame and its lowest byte, alignment included. */
uint64_t frame_size(const struct cpu *cpu, uint64_t components);

/* Builds the frame below top; the result is where the stack pointer must be at rt_sigreturn. */
uint64_t build_frame(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, uint64_t top);

#endif
