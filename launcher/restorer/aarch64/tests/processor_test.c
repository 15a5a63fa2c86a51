/* Tests what the restorer knows of this processor: its features, signed addresses, signal frames, and code that it writes. */
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>

#include "check.h"
#include "cpu.h"
#include "crc.h"
#include "crc_instruction.h"
#include "frames.h"
#include "pac.h"
#include "stubs.h"
#include "written_code.h"

static char message[256];

static void test_cpu(void) {
  struct cpu cpu = {0};
  struct plan_processor processor = {0};
  struct text why = TEXT(message);
  read_cpu(&cpu);
  CHECK((cpu.words[PLAN_CPU_HWCAP] & 3) == 3); /* fp, asimd */
  memcpy(processor.cpu, cpu.words, sizeof processor.cpu);
  CHECK(check_cpu(&cpu, &processor, &why));
  cpu.words[PLAN_CPU_HWCAP] &= ~(1ul << 8);
  cpu.words[PLAN_CPU_HWCAP2] &= ~(1ul << 1);
  processor.cpu[PLAN_CPU_HWCAP] |= 1ul << 8;
  processor.cpu[PLAN_CPU_HWCAP2] |= 1ul << 1;
  CHECK(!check_cpu(&cpu, &processor, &why) && !strcmp(message, "the CPU lacks atomics, sve2"));
  processor = (struct plan_processor){.cpu = {1ul << 62, 0}};
  why.length = 0;
  CHECK(!check_cpu(&cpu, &processor, &why) && !strcmp(message, "the CPU lacks hwcap bit 62"));
}

static const char *refusal(uint32_t zero_block, uint32_t cache_type, struct plan_processor processor) {
  struct cpu cpu = {.zero_block = zero_block, .cache_type = cache_type};
  struct text why = TEXT(message);
  *message = 0;
  CHECK(check_caches(&cpu, &processor, &why) == !why.length);
  return message;
}

static void test_caches(void) {
  struct cpu cpu = {0};
  read_cpu(&cpu);
  CHECK(cpu.cache_type >> 31 == 1 && !(cpu.zero_block & ~0x1fu)); /* bits with these values on all processors */
#define ZERO(now, dumped) refusal(now, 0, (struct plan_processor){.zero_block = (dumped)})
  CHECK(!*ZERO(4, 4) && !*ZERO(4, 0x14) && !*ZERO(0x14, 0x14));
  CHECK(!strcmp(ZERO(6, 4), "the CPU clears memory in blocks of 256 bytes and not 64 (DC ZVA)"));
  CHECK(!strcmp(ZERO(0x14, 4), "programs may not clear memory in blocks here (DC ZVA)"));
#define CACHES(now, dumped) refusal(0, now, (struct plan_processor){.cache_type = (dumped)})
  CHECK(!*CACHES(0x8444c004, 0) && !*CACHES(0x8444c004, 0x8444c004) && !*CACHES(0xb444c004, 0x8444c004));
  CHECK(!*CACHES(0x8445c005, 0x8444c004));
  CHECK(!strcmp(CACHES(0x8444c003, 0x8444c004), "the CPU's caches have shorter lines"));
  CHECK(!strcmp(CACHES(0x8443c004, 0x8444c004), "the CPU's caches have shorter lines"));
  static const char DISAGREE[] = "the CPU's caches for data and instructions do not agree by themselves";
  CHECK(!strcmp(CACHES(0x8444c004, 0x9444c004), DISAGREE) && !strcmp(CACHES(0x9444c004, 0xb444c004), DISAGREE));
}

/* A processor without landing pads gets areas without the bit, which its kernel would refuse. */
static void test_protection(void) {
  struct cpu cpu = {0};
  CHECK(usable_protection(&cpu, 5 | PLAN_PROT_BTI) == 5 && usable_protection(&cpu, 7) == 7);
  cpu.words[PLAN_CPU_HWCAP2] = 1ul << 17;
  CHECK(usable_protection(&cpu, 5 | PLAN_PROT_BTI) == 21);
}

static void test_crc(void) {
  if (!has_crc_instruction()) {
    printf("processor_test: skipped the checksum's instruction: the CPU lacks crc32\n");
    return;
  }
  unsigned char noise[100];
  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (unsigned char)(i * 73 + 5);
  CHECK(crc32c_by_instruction(0, "123456789", 9) == 0xe3069283);
  for (size_t n = 0; n < sizeof noise - 3; n++)
    CHECK(crc32c_by_instruction(7, noise + n % 3, n) == crc32c_by_table(7, noise + n % 3, n));
}

static const char KEYS[] =
    "pac 3\nenabled f\nkey 1\nkey 2\nkey 3\nkey 4\nkey 5\nkey 6\nkey 7\nkey fedcba9876543210\nkey 9\nkey a\n";

static void test_keys(void) {
  struct plan_processor processor = {0};
  CHECK(parse_pac_keys(KEYS, &processor));
  CHECK(processor.pac == 3 && processor.pac_enabled == 15 && processor.pac_keys[0] == 1 && processor.pac_keys[6] == 7);
  CHECK(processor.pac_keys[7] == 0xfedcba9876543210 && processor.pac_generic[0] == 9 && processor.pac_generic[1] == 10);
  char changed[sizeof KEYS + 2];
  for (size_t n = 0; n + 1 < sizeof KEYS; n++) {
    snprintf(changed, sizeof changed, "%.*s", (int)n, KEYS);
    CHECK(!parse_pac_keys(changed, &processor));
  }
  snprintf(changed, sizeof changed, "%s\n", KEYS);
  CHECK(!parse_pac_keys(changed, &processor));
  memcpy(changed, KEYS, sizeof KEYS), changed[4] = '4';
  CHECK(!parse_pac_keys(changed, &processor));
  memcpy(changed, KEYS, sizeof KEYS), changed[8] = 'E';
  CHECK(!parse_pac_keys(changed, &processor));
}

/* Functions that the compiler lets sign their return address must not return with other keys. */
__attribute__((noinline, target("branch-protection=none"))) static void renew_keys(void) {
  register long x8 __asm__("x8") = __NR_prctl;
  register long x0 __asm__("x0") = PR_PAC_RESET_KEYS;
  register long x1 __asm__("x1") = 0;
  register long x2 __asm__("x2") = 0;
  register long x3 __asm__("x3") = 0;
  register long x4 __asm__("x4") = 0;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
}

static void test_samples(void) {
  struct cpu cpu = {0};
  struct plan_processor processor = {0};
  uint64_t samples[PLAN_PAC_SAMPLES], again[PLAN_PAC_SAMPLES];
  take_pac_samples(0, samples);
  CHECK(has_same_samples(&processor, samples));
  CHECK(find_pac(&cpu) == 0);
  read_cpu(&cpu);
  if (find_pac(&cpu) != (PLAN_PAC_ADDRESS | PLAN_PAC_GENERIC)) {
    printf("processor_test: skipped signed addresses: the CPU lacks paca or pacg\n");
    return;
  }
  take_pac_samples(3, samples);
  take_pac_samples(3, again);
  CHECK(!memcmp(samples, again, sizeof samples));
  bool is_signed = false; /* a signature may have as few as seven bits, and they may be those of the pointer */
  for (int i = 0; i < 4; i++) {
    is_signed = is_signed || samples[i] != PLAN_PAC_SAMPLE;
    CHECK((samples[i] & 0xffffffff) == (PLAN_PAC_SAMPLE & 0xffffffff));
  }
  CHECK(is_signed);
  CHECK(samples[4] && !(samples[4] & 0xffffffff)); /* the generic key signs in the upper half */
  memcpy(processor.pac_sample, samples, sizeof samples);
  CHECK(has_same_samples(&processor, samples));
  renew_keys();
  take_pac_samples(3, again);
  CHECK(!has_same_samples(&processor, again));
  take_pac_samples(PLAN_PAC_ADDRESS, again);
  CHECK(!again[4]);
}

static struct plan_thread thread;

static void test_frames(void) {
  struct cpu cpu = {0};
  thread.stack_address = 0x7000, thread.stack_size = 0x2000, thread.stack_flags = 2, thread.signal_mask = 0x55;
  for (int i = 0; i < 31; i++) thread.registers.x[i] = (uint64_t)i + 100;
  thread.registers.sp = 0x1234, thread.registers.pc = 0x5678, thread.registers.pstate = 0x60000000;
  thread.registers.fpsr = 0x11, thread.registers.fpcr = 0x2000000;
  for (int i = 0; i < 64; i++) thread.registers.v[i] = 0x100000000ul * (uint64_t)i;
  uint64_t room = frame_size(&cpu, 0);
  for (uint64_t shift = 0; shift < 16; shift++) {
    unsigned char *place = malloc(room + shift);
    memset(place, 0xee, room + shift);
    unsigned char *frame =
        (unsigned char *)build_frame(&cpu, frame_components(&cpu, NULL), &thread, (uint64_t)(place + room + shift));
    CHECK(frame >= place + shift && (uint64_t)frame % 16 == 0);
    const ucontext_t *context = (const ucontext_t *)(frame + 128);
    const struct fpsimd_context *vectors = (const void *)context->uc_mcontext.__reserved;
    const struct _aarch64_ctx *end = (const void *)(vectors + 1);
    CHECK(context->uc_stack.ss_sp == (void *)0x7000 && context->uc_stack.ss_size == 0x2000 && context->uc_stack.ss_flags == 2);
    CHECK(!memcmp(&context->uc_sigmask, &thread.signal_mask, 8));
    CHECK(context->uc_mcontext.regs[0] == 100 && context->uc_mcontext.regs[30] == 130 && context->uc_mcontext.sp == 0x1234);
    CHECK(context->uc_mcontext.pc == 0x5678 && context->uc_mcontext.pstate == 0x60000000);
    CHECK(vectors->head.magic == FPSIMD_MAGIC && vectors->head.size == 528 && vectors->fpsr == 0x11);
    CHECK(vectors->fpcr == 0x2000000 && !memcmp(vectors->vregs, thread.registers.v, sizeof thread.registers.v));
    CHECK(end->magic == 0 && end->size == 0 && (const unsigned char *)(end + 1) <= place + room + shift);
    free(place);
  }
}

/* The registers that a thread had after rt_sigreturn: x0 to x30, sp, flags, fpcr, fpsr, v0 to v31. */
static struct {
  uint64_t x[31], sp, flags, fpcr, fpsr, v[64];
} seen;
static uint64_t before[16]; /* what this thread goes on with */

__asm__(
    ".pushsection .text\n"
    /* load_and_come_back(frame): loads the frame, whose pc is arrive. */
    ".globl load_and_come_back\n"
    "load_and_come_back:\n\t"
    "adrp x9, saved\n\t"
    "add x9, x9, :lo12:saved\n\t"
    "ldr x9, [x9]\n\t"
    "stp x19, x20, [x9]\n\t"
    "stp x21, x22, [x9, #16]\n\t"
    "stp x23, x24, [x9, #32]\n\t"
    "stp x25, x26, [x9, #48]\n\t"
    "stp x27, x28, [x9, #64]\n\t"
    "stp x29, x30, [x9, #80]\n\t"
    "mov x10, sp\n\t"
    "str x10, [x9, #96]\n\t"
    "mov sp, x0\n\t"
    "mov x8, #139\n\t"
    "svc #0\n\t"
    "brk #0\n"
    /* x0 holds the address of seen. */
    ".globl arrive\n"
    "arrive:\n\t"
    "stp x0, x1, [x0]\n\t"
    "stp x2, x3, [x0, #16]\n\t"
    "stp x4, x5, [x0, #32]\n\t"
    "stp x6, x7, [x0, #48]\n\t"
    "stp x8, x9, [x0, #64]\n\t"
    "stp x10, x11, [x0, #80]\n\t"
    "stp x12, x13, [x0, #96]\n\t"
    "stp x14, x15, [x0, #112]\n\t"
    "stp x16, x17, [x0, #128]\n\t"
    "stp x18, x19, [x0, #144]\n\t"
    "stp x20, x21, [x0, #160]\n\t"
    "stp x22, x23, [x0, #176]\n\t"
    "stp x24, x25, [x0, #192]\n\t"
    "stp x26, x27, [x0, #208]\n\t"
    "stp x28, x29, [x0, #224]\n\t"
    "mov x1, sp\n\t"
    "stp x30, x1, [x0, #240]\n\t"
    "mrs x1, nzcv\n\t"
    "mrs x2, fpcr\n\t"
    "stp x1, x2, [x0, #256]\n\t"
    "mrs x1, fpsr\n\t"
    "str x1, [x0, #272]\n\t"
    "add x1, x0, #280\n\t"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
    "str q\\n, [x1], #16\n\t"
    ".endr\n\t"
    "adrp x9, saved\n\t"
    "add x9, x9, :lo12:saved\n\t"
    "ldr x9, [x9]\n\t"
    "ldp x19, x20, [x9]\n\t"
    "ldp x21, x22, [x9, #16]\n\t"
    "ldp x23, x24, [x9, #32]\n\t"
    "ldp x25, x26, [x9, #48]\n\t"
    "ldp x27, x28, [x9, #64]\n\t"
    "ldp x29, x30, [x9, #80]\n\t"
    "ldr x10, [x9, #96]\n\t"
    "mov sp, x10\n\t"
    "msr fpcr, xzr\n\t"
    "ret\n"
    ".popsection\n");
void load_and_come_back(uint64_t frame);
void arrive(void);
__attribute__((used)) uint64_t *saved = before;

static void test_loading(void) {
  struct cpu cpu = {0};
  sigset_t mask_before, mask;
  static _Alignas(16) unsigned char stack[8192];
  sigprocmask(SIG_SETMASK, NULL, &mask_before);
  memset(&thread, 0, sizeof thread);
  for (int i = 1; i < 31; i++) thread.registers.x[i] = 0x0101010101010101ul * (uint64_t)i;
  for (int i = 0; i < 64; i++) thread.registers.v[i] = 0x0123456789abcdeful * (uint64_t)(i + 1);
  thread.registers.x[0] = (uint64_t)&seen;
  thread.registers.sp = (uint64_t)(stack + 4096);
  thread.registers.pc = (uint64_t)arrive;
  thread.registers.pstate = 0x90000000;
  thread.registers.fpcr = 1u << 22; /* rounds up */
  thread.registers.fpsr = 0x10;
  thread.signal_mask = 1ul << (SIGUSR1 - 1);
  thread.stack_flags = 2; /* none */
  load_and_come_back(build_frame(&cpu, 0, &thread, (uint64_t)(stack + 4096)));
  CHECK(!memcmp(seen.x, thread.registers.x, sizeof seen.x) && seen.sp == (uint64_t)(stack + 4096));
  CHECK(seen.flags == 0x90000000 && seen.fpcr == 1u << 22 && (seen.fpsr & 0x1f) == 0x10);
  CHECK(!memcmp(seen.v, thread.registers.v, sizeof seen.v));
  sigprocmask(SIG_SETMASK, &mask_before, &mask);
  CHECK(sigismember(&mask, SIGUSR1) == 1 && sigismember(&mask, SIGUSR2) == 0);
}

static void test_written_code(void) {
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) {
    CHECK(0);
    return;
  }
  for (uint32_t i = 0; i < 50; i++) {
    code[0] = 0x52800000 | i << 5; /* mov w0, #i */
    code[1] = 0xd65f03c0;          /* ret */
    publish_code((uint64_t)code, 8);
    CHECK(((uint32_t (*)(void))(uintptr_t)code)() == i);
  }
  munmap(code, 4096);
}

static int twice(int number) { return 2 * number; }

/* The stubs are executed, and the one to which handlers return has the two instructions by which unwinders know it. */
static void test_stubs(void) {
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) {
    CHECK(0);
    return;
  }
  write_stub((uint64_t)code, PLAN_VDSO_CLOCK_GETTIME, (uint64_t)twice);
  write_stub((uint64_t)(code + 4), PLAN_VDSO_RT_SIGRETURN, 0);
  publish_code((uint64_t)code, 2 * STUB_SIZE);
  CHECK(((int (*)(int))(uintptr_t)code)(21) == 42);
  CHECK(code[4] == 0xd2801168 && code[5] == 0xd4000001 && !code[6]);
  munmap(code, 4096);
}

int main(void) {
  test_cpu();
  test_caches();
  test_protection();
  test_crc();
  test_keys();
  test_samples();
  test_frames();
  test_loading();
  test_written_code();
  test_stubs();
  return finish("processor_test");
}
