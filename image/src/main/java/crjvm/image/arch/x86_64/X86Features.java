package crjvm.image.arch.x86_64;

import crjvm.image.arch.CpuFeatures;

/** The features of x86-64, by CPUID leaf and register. */
final class X86Features {
  static final CpuFeatures ALL =
      new CpuFeatures(
              "flags", "1_ECX", "1_EDX", "7_EBX", "7_ECX", "7_EDX", "81_ECX", "81_EDX", "7_1_EAX",
              "7_1_EDX", "D_1_EAX")
          .add(
              "1_ECX",
              "0:pni 1:pclmulqdq 9:ssse3 12:fma 13:cx16 19:sse4_1 20:sse4_2 22:movbe "
                  + "23:popcnt 25:aes 26:xsave 28:avx 29:f16c 30:rdrand")
          .add(
              "7_EBX",
              "0:fsgsbase 3:bmi1 5:avx2 8:bmi2 11:rtm 16:avx512f 17:avx512dq 18:rdseed "
                  + "19:adx 21:avx512ifma 23:clflushopt 24:clwb 26:avx512pf 27:avx512er "
                  + "28:avx512cd 29:sha_ni 30:avx512bw 31:avx512vl")
          .add(
              "7_ECX",
              "1:avx512vbmi 5:waitpkg 6:avx512_vbmi2 8:gfni 9:vaes 10:vpclmulqdq "
                  + "11:avx512_vnni 12:avx512_bitalg 14:avx512_vpopcntdq 22:rdpid 27:movdiri "
                  + "28:movdir64b")
          .add(
              "7_EDX",
              "2:avx512_4vnniw 3:avx512_4fmaps 8:avx512_vp2intersect 14:serialize "
                  + "16:tsxldtrk 22:amx_bf16 23:avx512_fp16 24:amx_tile 25:amx_int8")
          .add("81_ECX", "0:lahf_lm 5:abm 6:sse4a 11:xop 16:fma4 21:tbm")
          .add("81_EDX", "27:rdtscp")
          .add(
              "7_1_EAX",
              "0:sha512 1:sm3 2:sm4 4:avx_vnni 5:avx512_bf16 7:cmpccxadd 21:amx_fp16 23:avx_ifma")
          .add(
              "7_1_EDX",
              "4:avx_vnni_int8 5:avx_ne_convert 8:amx_complex 10:avx_vnni_int16 19:avx10 21:apx")
          .add("D_1_EAX", "0:xsaveopt 1:xsavec 2:xgetbv1");

  private X86Features() {}
}
