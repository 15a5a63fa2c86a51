/* Builds signal frames: rt_sigreturn loads a thread's registers from one, as if a signal handler had returned. */
#include "frames.h"

#include <asm/sigcontext.h>
#include <stddef.h>

enum { LEGACY = 512, SOFTWARE_BYTES = 464, END_MARK = 4 };
enum { X87 = 0, SSE = 1, AVX = 2, OPMASK = 5, ZMM_HI256 = 6, HI16_ZMM = 7, PKRU = 9 };

/* Every new program begins with these protection keys: key 0 allows everything, the others nothing (the kernel's init_pkru). The
 * processor's own initial value, 0, would allow everything. */
enum { NEW_PKRU = 0x55555554 };

/* asm/ucontext.h has these, but can't be included without a libc's types. */
enum { UC_FP_XSTATE = 1, UC_SIGCONTEXT_SS = 2, UC_STRICT_RESTORE_SS = 4 };

/* This is the kernel's struct ucontext for 64-bit programs. */
struct context {
  uint64_t flags, link;
  struct {
    uint64_t address;
    uint32_t flags, pad;
    uint64_t size;
  } stack;
  uint64_t registers[18];
  uint16_t cs, gs, fs, ss;
  uint64_t error, trap, old_mask, cr2;
  uint64_t state;
  uint64_t reserved[8];
  uint64_t mask;
};
_Static_assert(sizeof(struct context) == FRAME_CONTEXT, "the kernel's struct ucontext");
_Static_assert(offsetof(struct context, mask) == 296, "the kernel's struct ucontext");

uint64_t frame_components(const struct cpu *cpu, const struct plan_processor *processor) {
  return ((processor->xfeatures & FRAME_COMPONENTS) | 1ul << PKRU) & cpu->xcr0;
}

uint32_t frame_state_size(const struct cpu *cpu, uint64_t components) {
  if (!cpu->has_xsave) return LEGACY;
  return xsave_size(cpu, components, false);
}

uint64_t frame_size(const struct cpu *cpu, uint64_t components) {
  return frame_state_size(cpu, components) + END_MARK + 63 + FRAME_CONTEXT + 15;
}

static void put(const struct cpu *cpu, unsigned char *state, int component, const void *data, uint32_t size) {
  uint32_t room = cpu->components[component].size;
  __builtin_memcpy(state + cpu->components[component].offset, data, size < room ? size : room);
}

static void put_components(const struct cpu *cpu, unsigned char *state, const struct plan_thread *thread) {
  uint64_t used = thread->registers.xstate_bv;
  if (used >> AVX & 1) put(cpu, state, AVX, thread->registers.avx, sizeof thread->registers.avx);
  if (used >> OPMASK & 1) put(cpu, state, OPMASK, thread->registers.opmask, sizeof thread->registers.opmask);
  if (used >> ZMM_HI256 & 1) put(cpu, state, ZMM_HI256, thread->registers.zmm_hi256, sizeof thread->registers.zmm_hi256);
  if (used >> HI16_ZMM & 1) put(cpu, state, HI16_ZMM, thread->registers.hi16_zmm, sizeof thread->registers.hi16_zmm);
}

/* Sets the protection keys in any case, because what a frame leaves out gets the processor's initial value. */
static void put_protection_keys(const struct cpu *cpu, unsigned char *state, const struct plan_thread *thread) {
  const uint64_t initial = NEW_PKRU;
  bool own = thread->registers.xstate_bv >> PKRU & 1;
  put(cpu, state, PKRU, own ? &thread->registers.pkru : &initial, sizeof initial);
}

/* XRSTOR faults if unknown bits of MXCSR are set, or if a reserved byte of the header is not zero. */
static void build_state(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, unsigned char *state) {
  uint32_t size = frame_state_size(cpu, components), mxcsr;
  __builtin_memset(state, 0, size + END_MARK);
  __builtin_memcpy(state, thread->registers.legacy, SOFTWARE_BYTES);
  __builtin_memcpy(&mxcsr, state + 24, sizeof mxcsr);
  mxcsr &= cpu->mxcsr_mask;
  __builtin_memcpy(state + 24, &mxcsr, sizeof mxcsr);
  __builtin_memcpy(state + 28, &cpu->mxcsr_mask, sizeof cpu->mxcsr_mask);
  if (!cpu->has_xsave) return;

  struct _fpx_sw_bytes software = {0};
  software.magic1 = FP_XSTATE_MAGIC1;
  software.extended_size = size + END_MARK;
  software.xfeatures = components | 3;
  software.xstate_size = size;
  __builtin_memcpy(state + SOFTWARE_BYTES, &software, sizeof software);
  uint64_t used = (thread->registers.xstate_bv | 1ul << PKRU) & (components | 3);
  __builtin_memcpy(state + LEGACY, &used, sizeof used);
  put_components(cpu, state, thread);
  if (used >> PKRU & 1) put_protection_keys(cpu, state, thread);
  uint32_t end_mark = FP_XSTATE_MAGIC2;
  __builtin_memcpy(state + size, &end_mark, sizeof end_mark);
}

uint64_t build_frame(const struct cpu *cpu, uint64_t components, const struct plan_thread *thread, uint64_t top) {
  uint64_t state = (top - frame_state_size(cpu, components) - END_MARK) & ~63ul;
  struct context *context = (struct context *)((state - FRAME_CONTEXT) & ~15ul);
  build_state(cpu, components, thread, (unsigned char *)state);
  __builtin_memset(context, 0, sizeof *context);
  context->flags =
      cpu->has_xsave ? UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS | UC_FP_XSTATE : UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
  context->stack.address = thread->stack_address;
  context->stack.flags = thread->stack_flags;
  context->stack.size = thread->stack_size;
  /* The registers of struct plan_registers from r8 to flags are in the order of struct sigcontext. */
  _Static_assert(offsetof(struct plan_registers, flags) - offsetof(struct plan_registers, r8) == 17 * 8ul, "18 registers");
  __builtin_memcpy(context->registers, &thread->registers.r8, sizeof context->registers);
  context->cs = 0x33; /* the kernel's selectors of 64-bit user code and data */
  context->ss = 0x2b;
  context->state = state;
  context->mask = thread->signal_mask;
  return (uint64_t)context;
}
