/* The processor: which features it has, and how it lays out the state that a signal frame holds. */
#include "cpu.h"

#include <cpuid.h>

/* Names as in /proc/cpuinfo; features without a name here are told by word and bit. */
static const struct {
  uint8_t word, bit;
  const char *name;
} FEATURES[] = {
    {PLAN_CPU_1_ECX, 0, "sse3"},          {PLAN_CPU_1_ECX, 1, "pclmulqdq"},      {PLAN_CPU_1_ECX, 9, "ssse3"},
    {PLAN_CPU_1_ECX, 12, "fma"},          {PLAN_CPU_1_ECX, 13, "cx16"},          {PLAN_CPU_1_ECX, 19, "sse4_1"},
    {PLAN_CPU_1_ECX, 20, "sse4_2"},       {PLAN_CPU_1_ECX, 22, "movbe"},         {PLAN_CPU_1_ECX, 23, "popcnt"},
    {PLAN_CPU_1_ECX, 25, "aes"},          {PLAN_CPU_1_ECX, 26, "xsave"},         {PLAN_CPU_1_ECX, 27, "osxsave"},
    {PLAN_CPU_1_ECX, 28, "avx"},          {PLAN_CPU_1_ECX, 29, "f16c"},          {PLAN_CPU_1_ECX, 30, "rdrand"},
    {PLAN_CPU_1_EDX, 4, "tsc"},           {PLAN_CPU_1_EDX, 15, "cmov"},          {PLAN_CPU_1_EDX, 23, "mmx"},
    {PLAN_CPU_1_EDX, 24, "fxsr"},         {PLAN_CPU_1_EDX, 25, "sse"},           {PLAN_CPU_1_EDX, 26, "sse2"},
    {PLAN_CPU_7_EBX, 0, "fsgsbase"},      {PLAN_CPU_7_EBX, 3, "bmi1"},           {PLAN_CPU_7_EBX, 4, "hle"},
    {PLAN_CPU_7_EBX, 5, "avx2"},          {PLAN_CPU_7_EBX, 8, "bmi2"},           {PLAN_CPU_7_EBX, 9, "erms"},
    {PLAN_CPU_7_EBX, 11, "rtm"},          {PLAN_CPU_7_EBX, 16, "avx512f"},       {PLAN_CPU_7_EBX, 17, "avx512dq"},
    {PLAN_CPU_7_EBX, 18, "rdseed"},       {PLAN_CPU_7_EBX, 19, "adx"},           {PLAN_CPU_7_EBX, 21, "avx512ifma"},
    {PLAN_CPU_7_EBX, 23, "clflushopt"},   {PLAN_CPU_7_EBX, 24, "clwb"},          {PLAN_CPU_7_EBX, 28, "avx512cd"},
    {PLAN_CPU_7_EBX, 29, "sha_ni"},       {PLAN_CPU_7_EBX, 30, "avx512bw"},      {PLAN_CPU_7_EBX, 31, "avx512vl"},
    {PLAN_CPU_7_ECX, 1, "avx512vbmi"},    {PLAN_CPU_7_ECX, 3, "pku"},            {PLAN_CPU_7_ECX, 4, "ospke"},
    {PLAN_CPU_7_ECX, 6, "avx512_vbmi2"},  {PLAN_CPU_7_ECX, 8, "gfni"},           {PLAN_CPU_7_ECX, 9, "vaes"},
    {PLAN_CPU_7_ECX, 10, "vpclmulqdq"},   {PLAN_CPU_7_ECX, 11, "avx512_vnni"},   {PLAN_CPU_7_ECX, 12, "avx512_bitalg"},
    {PLAN_CPU_7_ECX, 14, "avx512_vpopcntdq"}, {PLAN_CPU_7_ECX, 22, "rdpid"},     {PLAN_CPU_7_EDX, 4, "fsrm"},
    {PLAN_CPU_7_EDX, 14, "serialize"},    {PLAN_CPU_7_EDX, 22, "amx_bf16"},      {PLAN_CPU_7_EDX, 23, "avx512_fp16"},
    {PLAN_CPU_7_EDX, 24, "amx_tile"},     {PLAN_CPU_7_EDX, 25, "amx_int8"},      {PLAN_CPU_81_ECX, 0, "lahf_lm"},
    {PLAN_CPU_81_ECX, 5, "lzcnt"},        {PLAN_CPU_81_ECX, 8, "prefetchw"},     {PLAN_CPU_81_EDX, 27, "rdtscp"},
    {PLAN_CPU_81_EDX, 29, "lm"},          {PLAN_CPU_7_1_EAX, 4, "avx_vnni"},     {PLAN_CPU_7_1_EAX, 5, "avx512_bf16"},
    {PLAN_CPU_7_1_EAX, 21, "apx_f"},      {PLAN_CPU_7_1_EAX, 23, "avx_ifma"},
};
static const char *const WORDS[CPU_WORDS] = {"1.ecx", "1.edx", "7.ebx", "7.ecx", "7.edx", "0x80000001.ecx", "0x80000001.edx", "7.1.eax"};

/* The mask is what the machine's own FXSAVE says; 0 means the mask of the first processors with SSE. */
static uint32_t read_mxcsr_mask(void) {
  _Alignas(16) unsigned char image[512] = {0};
  uint32_t mask;
  __asm__ volatile("fxsave64 %0" : "+m"(image));
  __builtin_memcpy(&mask, image + 28, sizeof mask);
  return mask ? mask : 0xffbf;
}

void read_cpu(struct cpu *cpu) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) cpu->words[PLAN_CPU_1_ECX] = c, cpu->words[PLAN_CPU_1_EDX] = d;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
    cpu->words[PLAN_CPU_7_EBX] = b, cpu->words[PLAN_CPU_7_ECX] = c, cpu->words[PLAN_CPU_7_EDX] = d;
    if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) cpu->words[PLAN_CPU_7_1_EAX] = a;
  }
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) cpu->words[PLAN_CPU_81_ECX] = c, cpu->words[PLAN_CPU_81_EDX] = d;

  cpu->mxcsr_mask = read_mxcsr_mask();
  cpu->has_xsave = cpu->words[PLAN_CPU_1_ECX] >> 27 & 1; /* OSXSAVE: the kernel uses it */
  cpu->xcr0 = 3;
  if (!cpu->has_xsave) return;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  cpu->xcr0 = (uint64_t)high << 32 | low;
  for (unsigned i = 2; i < CPU_COMPONENTS; i++)
    if (cpu->xcr0 >> i & 1 && __get_cpuid_count(0xd, i, &a, &b, &c, &d))
      cpu->components[i].offset = b, cpu->components[i].size = a;
}

static void append_feature(struct text *why, int word, int bit) {
  for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++)
    if (FEATURES[i].word == word && FEATURES[i].bit == bit) {
      append(why, "%s", FEATURES[i].name);
      return;
    }
  append(why, "cpuid %s bit %d", WORDS[word], bit);
}

bool check_cpu(const struct cpu *cpu, const struct plan_header *header, struct text *why) {
  int missing = 0;
  for (int word = 0; word < CPU_WORDS; word++)
    for (int bit = 0; bit < 64; bit++) {
      if (!((header->cpu[word] & ~cpu->words[word]) >> bit & 1)) continue;
      append(why, missing++ ? ", " : "the CPU lacks ");
      append_feature(why, word, bit);
    }
  if (missing) return false;
  if (header->xfeatures & ~cpu->xcr0) {
    append(why, "the CPU or the kernel lacks processor state 0x%x that the image uses", header->xfeatures & ~cpu->xcr0);
    return false;
  }
  return true;
}
