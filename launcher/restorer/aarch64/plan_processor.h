/* Describes the processor's part of a plan: the features that it must have, and the registers of threads. */
#ifndef CRJVM_PLAN_PROCESSOR_H
#define CRJVM_PLAN_PROCESSOR_H

#include <stdint.h>

enum { PLAN_MACHINE = 183 };                     /* see plan_machines.h */
enum { PLAN_PROT_BTI = 16 };                     /* PROT_BTI: indirect jumps have to land on landing pads */
#define PLAN_PROT (7u | (unsigned)PLAN_PROT_BTI) /* the bits of an area's protection */

/* Words of the auxiliary vector. The machine must have every bit that is set. */
enum plan_cpu_word { PLAN_CPU_HWCAP, PLAN_CPU_HWCAP2, PLAN_CPU_WORDS };

/* Native code signs return addresses with keys that only the process knows. A restored process needs the same keys, on a processor that
 * signs in the same way. */
enum {
  PLAN_PAC_ADDRESS = 1, /* the four keys for addresses are set */
  PLAN_PAC_GENERIC = 2, /* so is the generic key */
};
enum { PLAN_PAC_SAMPLES = 5 };               /* by pacia, pacib, pacda, pacdb, pacga */
#define PLAN_PAC_SAMPLE 0x0000123456789ab0ul /* the pointer that was signed */
#define PLAN_PAC_MODIFIER 0xfedcba9876543210ul

/* Parts of DCZID_EL0: the size of the block that DC ZVA clears, as a power of two of words, and whether the instruction is forbidden. */
enum { PLAN_ZERO_SIZE = 0xf, PLAN_ZERO_FORBIDDEN = 0x10 };

/* Parts of CTR_EL0: the shortest lines of the caches for instructions and data, as powers of two of words, and what a program that writes
 * code need not do: clean the data's cache, or invalidate that of the instructions. */
enum {
  PLAN_CACHE_INSTRUCTIONS = 0xf,
  PLAN_CACHE_DATA = 0xf << 16,
  PLAN_CACHE_NEEDS_NO_CLEANING = 1 << 28,
  PLAN_CACHE_NEEDS_NO_INVALIDATION = 1 << 29,
};

/* A part of struct plan_header: the features that the machine must have, and the state that all threads share. */
struct plan_processor {
  uint64_t cpu[PLAN_CPU_WORDS]; /* required bits of AT_HWCAP and AT_HWCAP2 */
  uint32_t vector_length;       /* bytes of an SVE register at the dump; 0: no thread can have used one */
  uint32_t pac;                 /* PLAN_PAC_… bits */
  uint64_t pac_enabled;         /* keys that instructions use, as bits: PR_PAC_APIAKEY, APIBKEY, APDAKEY, APDBKEY */
  uint64_t pac_keys[8];         /* APIA low, high, APIB, APDA, APDB */
  uint64_t pac_generic[2];      /* APGA low, high */
  /* PLAN_PAC_SAMPLE as the dump's machine signed it, which shows if the algorithm or the mask differs; 0 without such a key. */
  uint64_t pac_sample[PLAN_PAC_SAMPLES];
  /* What libraries and the JVM have read of the dump's processor, and go on to rely on. */
  uint32_t zero_block; /* DCZID_EL0 */
  uint32_t cache_type; /* the lower half of CTR_EL0; 0: nothing relies on it */
};

/* A part of struct plan_thread. */
struct plan_bases {
  uint64_t thread_pointer; /* tpidr_el0 */
  uint64_t reserved;       /* 0 */
};

/* A part of struct plan_thread. */
struct plan_registers {
  uint64_t x[31], sp, pc, pstate; /* in the order of struct sigcontext */
  uint32_t fpsr, fpcr;
  uint64_t v[64]; /* low and high half of each vector register */
};

/* No plan for this processor has one: the dynamic loader saves no state whose size depends on the machine. */
struct plan_save {
  uint64_t address;
  uint32_t prot;
  uint32_t compact;
};

#endif
