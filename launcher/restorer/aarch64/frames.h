/* Builds signal frames: rt_sigreturn loads a thread's registers from one, as if a signal handler had returned. */
#ifndef CRJVM_FRAMES_H
#define CRJVM_FRAMES_H

#include "cpu.h"
#include "plan.h"

enum { FRAME_RED_ZONE = 0 /* nothing beneath the stack pointer belongs to the thread */ };

/* Returns 0: all frames have the same components. */
uint64_t frame_components(const struct cpu *cpu, const struct plan_processor *processor);

/* Returns how many bytes a frame takes, from the top of its place to its lowest byte, with alignment. */
uint64_t frame_size(const struct cpu *cpu, uint64_t components);

/* Builds the frame below top and returns the stack pointer for rt_sigreturn. */
uint64_t build_frame(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, uint64_t top);

#endif
