/* Describes the processor's part of a plan: the features that it must have, and the registers of threads. */
#ifndef CRJVM_PLAN_PROCESSOR_H
#define CRJVM_PLAN_PROCESSOR_H

#include <stdint.h>

enum { PLAN_MACHINE = 62 }; /* see plan_machines.h */
#define PLAN_PROT 7u        /* the bits of an area's protection */

/* CPUID leaf and register. The machine must have every bit that is set. */
enum plan_cpu_word {
  PLAN_CPU_1_ECX,
  PLAN_CPU_1_EDX,
  PLAN_CPU_7_EBX,
  PLAN_CPU_7_ECX,
  PLAN_CPU_7_EDX,
  PLAN_CPU_81_ECX,
  PLAN_CPU_81_EDX,
  PLAN_CPU_7_1_EAX,
  PLAN_CPU_7_1_EDX,
  PLAN_CPU_D_1_EAX,
  PLAN_CPU_WORDS
};

/* A part of struct plan_header: the features that the machine must have. */
struct plan_processor {
  uint64_t cpu[PLAN_CPU_WORDS]; /* required CPUID bits */
  uint64_t xfeatures;           /* XCR0 bits that some thread's frame uses */
};

/* A part of struct plan_thread. */
struct plan_bases {
  uint64_t fs_base, gs_base;
};

/* A part of struct plan_thread. It has the floating-point state by component and not in one machine's XSAVE layout: the restorer
 * uses the layout of the CPU on which it runs. */
struct plan_registers {
  /* general registers, in the order of struct sigcontext */
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags;
  uint64_t xstate_bv; /* components in use, within: x87 1, SSE 2, AVX 4, opmask 0x20, ZMM_Hi256 0x40, Hi16_ZMM 0x80, PKRU 0x200 */
  uint8_t legacy[512]; /* FXSAVE image: x87 and SSE */
  uint8_t avx[256];
  uint8_t opmask[64];
  uint8_t zmm_hi256[512];
  uint8_t hi16_zmm[1024];
  uint64_t pkru;
};

/* The dynamic loader saves vector registers on the stack while it binds a function. It computed the size of that room at the
 * start, from the components that the CPU had. A CPU with more components needs more room, so the restorer raises the size. */
struct plan_save {
  uint64_t address; /* of the 8-byte size in bytes */
  uint32_t prot;    /* protection of its page */
  uint32_t compact; /* 1: with XSAVEC, 0: with XSAVE */
};

#endif
