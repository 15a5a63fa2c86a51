/* Writes the code that replaces the dumped vDSO's functions, and names the running kernel's functions. */
#include "stubs.h"

const char *const VDSO_NAMES[PLAN_VDSO_FUNCTIONS] = {
    [PLAN_VDSO_CLOCK_GETTIME] = "__vdso_clock_gettime",
    [PLAN_VDSO_GETTIMEOFDAY] = "__vdso_gettimeofday",
    [PLAN_VDSO_TIME] = "__vdso_time",
    [PLAN_VDSO_CLOCK_GETRES] = "__vdso_clock_getres",
    [PLAN_VDSO_GETCPU] = "__vdso_getcpu",
    [PLAN_VDSO_GETRANDOM] = "__vdso_getrandom",
    [PLAN_VDSO_RT_SIGRETURN] = "",
};

/* Writes mov $to, %rax; jmp *%rax: rax has no meaning where a function begins. */
void write_stub(uint64_t at, uint64_t function, uint64_t to) {
  (void)function;
  unsigned char code[STUB_SIZE] = {0x48, 0xb8, [10] = 0xff, 0xe0};
  __builtin_memcpy(code + 2, &to, sizeof to);
  __builtin_memcpy((void *)at, code, sizeof code);
}
