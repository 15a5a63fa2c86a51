package crjvm.image.arch.machines;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.image.arch.Machine;
import crjvm.image.arch.aarch64.ArmMachine;
import crjvm.image.arch.x86_64.X86Machine;
import crjvm.image.dump.proto.Core;

/**
 * The machines for which there are images. What a dump, a plan or a file says decides which one it
 * is, and not the machine on which this code runs.
 */
public final class Machines {
  public static final Machine X86_64 = new X86Machine();
  public static final Machine AARCH64 = new ArmMachine();

  private Machines() {}

  public static Machine of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
  }

  /** Returns the machine of the JVM that calls this. */
  public static Machine own() throws ImageException {
    return of(Architecture.own());
  }

  /**
   * Returns the machine of an ELF file or a plan.
   *
   * @param elf the number e_machine
   */
  public static Machine of(int elf) throws ImageException {
    return of(Architecture.ofElf(elf));
  }

  /** Returns the machine on which a thread was dumped. */
  public static Machine of(Core core) throws ImageException {
    return of(Architecture.ofCriu(core.getMachine()));
  }
}
