package crjvm.image.arch;

/** Types of relocations in ELF files. */
public final class Relocation {
  public static final int ABSOLUTE = 1; // R_X86_64_64
  public static final int GLOB_DAT = 6; // R_X86_64_GLOB_DAT
  public static final int JUMP_SLOT = 7; // R_X86_64_JUMP_SLOT

  private Relocation() {}
}
