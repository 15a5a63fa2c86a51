/* Writes the code that replaces the dumped vDSO's functions, and names the running kernel's functions. */
#include "stubs.h"

const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS] = {
    [PLAN_VDSO_CLOCK_GETTIME] = "__kernel_clock_gettime",
    [PLAN_VDSO_GETTIMEOFDAY] = "__kernel_gettimeofday",
    [PLAN_VDSO_TIME] = "",
    [PLAN_VDSO_CLOCK_GETRES] = "__kernel_clock_getres",
    [PLAN_VDSO_GETCPU] = "",
    [PLAN_VDSO_GETRANDOM] = "__kernel_getrandom",
    [PLAN_VDSO_RT_SIGRETURN] = "",
};

/* Writes ldr x16, .+8; br x16: x16 has no meaning where a function begins, and a jump by it may land where calls may. Frames of handlers
 * that were running at the dump lead to the kernel's mov x8, #139; svc #0. Unwinders know a signal frame by these two instructions. */
void write_stub(uint64_t at, uint64_t function, uint64_t to) {
  static const uint32_t RETURN[] = {0xd2801168, 0xd4000001};
  const uint32_t jump[] = {0x58000050, 0xd61f0200, (uint32_t)to, (uint32_t)(to >> 32)};
  _Static_assert(sizeof jump == STUB_SIZE, "a stub is a jump");
  if (function == PLAN_VDSO_RT_SIGRETURN) __builtin_memcpy((void *)at, RETURN, sizeof RETURN);
  else __builtin_memcpy((void *)at, jump, sizeof jump);
}
