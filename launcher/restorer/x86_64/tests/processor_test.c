/* Tests what the restorer knows of this processor: its features, its state and signal frames. */
#include "check.h"
#include "cpu.h"
#include "frames.h"

static char message[256];

static void test_cpu(void) {
  struct cpu cpu = {0};
  struct plan_header header;
  struct text why = TEXT(message);
  memset(&header, 0, sizeof header);
  read_cpu(&cpu);
  CHECK(cpu.words[PLAN_CPU_1_EDX] >> 26 & 1);
  CHECK(cpu.mxcsr_mask & 0x1f80);
  memcpy(header.processor.cpu, cpu.words, sizeof header.processor.cpu);
  header.processor.xfeatures = 3;
  CHECK(check_cpu(&cpu, &header.processor, &why));
  cpu.words[PLAN_CPU_7_EBX] &= ~(1ul << 16);
  cpu.words[PLAN_CPU_1_ECX] &= ~(1ul << 20);
  header.processor.cpu[PLAN_CPU_7_EBX] |= 1u << 16;
  header.processor.cpu[PLAN_CPU_1_ECX] |= 1u << 20;
  CHECK(!check_cpu(&cpu, &header.processor, &why) && !strcmp(message, "the CPU lacks sse4_2, avx512f"));
  memset(header.processor.cpu, 0, sizeof header.processor.cpu);
  header.processor.xfeatures = 1ul << 40;
  why.length = 0;
  CHECK(!check_cpu(&cpu, &header.processor, &why) && strstr(message, "0x10000000000"));
  header.processor.xfeatures = 0x800e7, why.length = 0, cpu.xcr0 = 3;
  CHECK(!check_cpu(&cpu, &header.processor, &why) && strstr(message, "the processor state of AVX, AVX-512, APX"));
}

/* A feature that CPUID shows is useless if the kernel does not save its registers. */
static void test_dormant_features(void) {
  struct cpu cpu = {.has_xsave = true, .xcr0 = 7};
  struct plan_header header;
  struct text why = TEXT(message);
  memset(&header, 0, sizeof header);
  cpu.words[PLAN_CPU_7_EBX] = 1u << 5 | 1u << 16; /* avx2, avx512f */
  header.processor.cpu[PLAN_CPU_7_EBX] = 1u << 5;
  hide_dormant(&cpu);
  CHECK(check_cpu(&cpu, &header.processor, &why));
  header.processor.cpu[PLAN_CPU_7_EBX] |= 1u << 16;
  CHECK(!check_cpu(&cpu, &header.processor, &why) && !strcmp(message, "the CPU lacks avx512f (the kernel has switched it off)"));
  cpu.has_xsave = false, cpu.xcr0 = 3, why.length = 0;
  hide_dormant(&cpu);
  CHECK(!check_cpu(&cpu, &header.processor, &why) &&
        !strcmp(message, "the CPU lacks avx2, avx512f (the kernel has switched it off)"));
}

static void test_xsave_sizes(void) {
  struct cpu cpu = {.has_xsave = true, .xcr0 = 0xe7};
  const uint32_t places[][3] = {{2, 576, 256}, {5, 1088, 64}, {6, 1152, 512}, {7, 1664, 1024}};
  for (int i = 0; i < 4; i++)
    cpu.components[places[i][0]].offset = places[i][1], cpu.components[places[i][0]].size = places[i][2];
  CHECK(xsave_size(&cpu, 3, false) == 576 && xsave_size(&cpu, 7, false) == 832 && xsave_size(&cpu, 0xe7, false) == 2688);
  CHECK(xsave_size(&cpu, 0xe7, true) == 576 + 256 + 64 + 512 + 1024);
  cpu.components[9].offset = 2688, cpu.components[9].size = 8;
  cpu.components[19].offset = 960, cpu.components[19].size = 128, cpu.components[19].aligned = true;
  CHECK(xsave_size(&cpu, 0x802e7, false) == 2696 && xsave_size(&cpu, 0x802e7, true) == 2496 + 128);
}

/* Describes an invented machine: AVX and PKRU are at odd places, as on processors without AVX-512. */
static void test_frames(void) {
  struct cpu cpu = {.has_xsave = true, .xcr0 = 0x207, .mxcsr_mask = 0xffff};
  cpu.components[2].offset = 576, cpu.components[2].size = 256;
  cpu.components[9].offset = 832, cpu.components[9].size = 8;
  static struct plan_thread thread;
  thread.registers.r8 = 8, thread.registers.sp = 0x1234, thread.registers.flags = 0x246, thread.signal_mask = 0x55;
  thread.stack_address = 0x7000, thread.stack_size = 0x2000, thread.stack_flags = 2;
  thread.registers.xstate_bv = 0x207, thread.registers.pkru = 0x55555554;
  memset(thread.registers.avx, 0xaa, sizeof thread.registers.avx);
  memset(thread.registers.legacy, 0xff, sizeof thread.registers.legacy);

  CHECK(frame_state_size(&cpu, 3) == 576 && frame_state_size(&cpu, 7) == 832 && frame_state_size(&cpu, 0x207) == 840);
  uint64_t room = frame_size(&cpu, 0x207);
  for (uint64_t shift = 0; shift < 64; shift += 5) {
    unsigned char *place = malloc(room + shift);
    memset(place, 0xee, room + shift);
    uint64_t at = build_frame(&cpu, 0x207, &thread, (uint64_t)(place + room + shift));
    unsigned char *frame = (unsigned char *)at;
    CHECK(frame >= place + shift && at % 16 == 0);
    uint64_t flags, state, r8, sp, mask, used;
    uint32_t mxcsr, magic1, magic2, extended;
    memcpy(&flags, frame, 8), memcpy(&r8, frame + 40, 8), memcpy(&sp, frame + 40 + 15 * 8, 8);
    memcpy(&state, frame + 224, 8), memcpy(&mask, frame + 296, 8);
    unsigned char *x = (unsigned char *)state;
    memcpy(&mxcsr, x + 24, 4), memcpy(&magic1, x + 464, 4), memcpy(&extended, x + 468, 4);
    memcpy(&used, x + 512, 8), memcpy(&magic2, x + 840, 4);
    CHECK(flags == 7 && r8 == 8 && sp == 0x1234 && mask == 0x55 && state % 64 == 0);
    CHECK(mxcsr == 0xffff && magic1 == 0x46505853 && magic2 == 0x46505845 && extended == 844 && used == 0x207);
    CHECK(x[520] == 0 && x[575] == 0 && x[576] == 0xaa && x[831] == 0xaa && x[832] == 0x54);
    free(place);
  }
  /* A thread whose image knows of no protection keys has those of a new program, not the processor's initial ones. */
  struct plan_processor processor = {.xfeatures = 7};
  CHECK(frame_components(&cpu, &processor) == 0x207);
  thread.registers.xstate_bv = 3;
  unsigned char *frame_place = malloc(room);
  uint64_t state, used;
  uint32_t keys;
  memcpy(&state, (void *)(build_frame(&cpu, 0x207, &thread, (uint64_t)frame_place + room) + 224), 8);
  memcpy(&used, (void *)(state + 512), 8), memcpy(&keys, (void *)(state + 832), 4);
  CHECK(used == 0x203 && keys == 0x55555554);
  free(frame_place);
  cpu.xcr0 = 7;
  CHECK(frame_components(&cpu, &processor) == 7);

  cpu.has_xsave = false; /* the oldest machines have 512 bytes and no marks */
  CHECK(frame_state_size(&cpu, 3) == 512);
  unsigned char *place = malloc(frame_size(&cpu, 3));
  uint64_t flags, at = build_frame(&cpu, 3, &thread, (uint64_t)place + frame_size(&cpu, 3));
  memcpy(&flags, (void *)at, 8);
  CHECK(flags == 6);
  free(place);
}

int main(void) {
  test_cpu();
  test_dormant_features();
  test_xsave_sizes();
  test_frames();
  return finish("processor_test");
}
