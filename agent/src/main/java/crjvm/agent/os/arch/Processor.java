package crjvm.agent.os.arch;

import java.util.Optional;

/** The kinds of processors on which checkpoints can be made. */
public enum Processor {
  X86_64("amd64", "x86-64"),
  AARCH64("aarch64", "64-bit ARM (aarch64)");

  private static final Optional<Processor> OWN = of(System.getProperty("os.arch"));

  private final String javaName;
  private final String description;

  Processor(String javaName, String description) {
    this.javaName = javaName;
    this.description = description;
  }

  /**
   * Returns the kind of a processor.
   *
   * @param javaName its name in the system property os.arch
   */
  public static Optional<Processor> of(String javaName) {
    for (Processor each : values()) {
      if (each.javaName.equals(javaName)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Returns whether kernels for this kind of processor are built for one of several page sizes. */
  public boolean hasSeveralPageSizes() {
    return this == AARCH64;
  }

  /** Returns the kind of this machine, or null if there are no checkpoints on it. */
  static Processor own() {
    return OWN.orElse(null);
  }

  @Override
  public String toString() {
    return description;
  }
}
