package crjvm.image.arch;

import crjvm.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of machines for which there are images. */
public enum Architecture {
  X86_64(62, 1, "x86_64", "amd64", "amd64", "x86-64"),
  AARCH64(183, 3, "aarch64", "aarch64", "arm64", "64-bit ARM (aarch64)");

  /** The offset of e_machine in an ELF file. */
  private static final int MACHINE_AT = 18;

  private final int elf;
  private final int criu;
  private final String kernelName;
  private final String javaName;
  private final String containerName;
  private final String title;

  Architecture(
      int elf, int criu, String kernelName, String javaName, String containerName, String title) {
    this.elf = elf;
    this.criu = criu;
    this.kernelName = kernelName;
    this.javaName = javaName;
    this.containerName = containerName;
    this.title = title;
  }

  /** Returns the number in the header of ELF files (e_machine), which plans have, too. */
  public int elf() {
    return elf;
  }

  /** Returns the name that uname(1) prints, which manifests have, too. */
  public String kernelName() {
    return kernelName;
  }

  /** Returns the name that container images have for it. */
  public String containerName() {
    return containerName;
  }

  /** Returns the name in messages. */
  public String title() {
    return title;
  }

  /**
   * Returns the architecture of the JVM that calls this.
   *
   * @throws ImageException if there are no images for it
   */
  public static Architecture own() throws ImageException {
    return Arrays.stream(values())
        .filter(Architecture::isOwn)
        .findFirst()
        .orElseThrow(() -> unknown("this machine is \"" + System.getProperty("os.arch") + "\""));
  }

  /** Returns whether this is the architecture of the JVM that calls this. */
  public boolean isOwn() {
    return javaName.equals(System.getProperty("os.arch"));
  }

  /** Returns the architecture that has this number in ELF files (e_machine). */
  public static Architecture ofElf(int elf) throws ImageException {
    return Arrays.stream(values())
        .filter(each -> each.elf == elf)
        .findFirst()
        .orElseThrow(() -> unknown("the machine has the ELF number " + elf));
  }

  /** Returns the architecture of a program, by the header of its ELF file. */
  public static Architecture ofProgram(Path file) throws IOException, ImageException {
    byte[] header;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(MACHINE_AT + Short.BYTES);
    }
    if (header.length < MACHINE_AT + Short.BYTES || header[0] != 0x7f || header[1] != 'E') {
      throw new ImageException("\"" + file + "\" is not a program; unpack the distribution again");
    }
    return ofElf(Byte.toUnsignedInt(header[MACHINE_AT]) | header[MACHINE_AT + 1] << Byte.SIZE);
  }

  /** Returns the architecture that has this number in CRIU's files (enum march of core_entry). */
  public static Architecture ofCriu(int criu) throws ImageException {
    return Arrays.stream(values())
        .filter(each -> each.criu == criu)
        .findFirst()
        .orElseThrow(() -> unknown("CRIU's number of the dump's machine is " + criu));
  }

  /** Returns the architecture that a manifest names, or empty if this version does not know it. */
  public static Optional<Architecture> ofKernelName(String name) {
    return Arrays.stream(values()).filter(each -> each.kernelName.equals(name)).findFirst();
  }

  private static ImageException unknown(String found) {
    return new ImageException(
        found
            + ", and images are for "
            + Arrays.stream(values())
                .map(Architecture::title)
                .collect(Collectors.joining(" and ")));
  }
}
