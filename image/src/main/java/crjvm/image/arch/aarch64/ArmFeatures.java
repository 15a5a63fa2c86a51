package crjvm.image.arch.aarch64;

import crjvm.image.arch.CpuFeatures;

/**
 * The features of aarch64, by the words AT_HWCAP and AT_HWCAP2 of the auxiliary vector.
 *
 * <p>Features that every processor has (fp, asimd) are left out, and so are hints that other
 * processors ignore (bti, dgh, rprfm) and features of the kernel (cpuid, evtstrm). The plan has the
 * keys of pointer authentication (paca, pacg) in fields of their own.
 */
final class ArmFeatures {
  static final CpuFeatures ALL =
      new CpuFeatures("Features", "HWCAP", "HWCAP2")
          .add(
              "HWCAP",
              "3:aes 4:pmull 5:sha1 6:sha2 7:crc32 8:atomics 9:fphp 10:asimdhp "
                  + "12:asimdrdm 13:jscvt 14:fcma 15:lrcpc 16:dcpop 17:sha3 18:sm3 19:sm4 "
                  + "20:asimddp 21:sha512 22:sve 23:asimdfhm 24:dit 25:uscat 26:ilrcpc 27:flagm "
                  + "28:ssbs 29:sb 32:gcs 33:cmpbr 34:fprcvt 35:f8mm8 36:f8mm4 37:svef16mm "
                  + "38:sveeltperm 39:sveaes2 40:svebfscale 41:sve2p2 42:sme2p2 43:smesbitperm "
                  + "44:smeaes 45:smesfexpa 46:smestmop 47:smesmop4")
          .add(
              "HWCAP2",
              "0:dcpodp 1:sve2 2:sveaes 3:svepmull 4:svebitperm 5:svesha3 6:svesm4 "
                  + "7:flagm2 8:frint 9:svei8mm 10:svef32mm 11:svef64mm 12:svebf16 13:i8mm "
                  + "14:bf16 16:rng 18:mte 19:ecv 20:afp 21:rpres 22:mte3 23:sme 24:smei16i64 "
                  + "25:smef64f64 26:smei8i32 27:smef16f32 28:smeb16f32 29:smef32f32 30:smefa64 "
                  + "31:wfxt 32:ebf16 33:sveebf16 34:cssc 36:sve2p1 37:sme2 38:sme2p1 "
                  + "39:smei16i32 40:smebi32i32 41:smeb16b16 42:smef16f16 43:mops 44:hbc "
                  + "45:sveb16b16 46:lrcpc3 47:lse128 48:fpmr 49:lut 50:faminmax 51:f8cvt "
                  + "52:f8fma 53:f8dp4 54:f8dp2 55:f8e4m3 56:f8e5m2 57:smelutv2 58:smef8f16 "
                  + "59:smef8f32 60:smesf8fma 61:smesf8dp4 62:smesf8dp2 63:poe");

  private ArmFeatures() {}
}
