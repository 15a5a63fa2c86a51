package crjvm.it.guest;

import crjvm.it.bench.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A Debian kernel for guests, which {@code it/vm/setup} has fetched, by the name of its release.
 */
public enum Kernel {
  BULLSEYE("Debian 11", true),
  BOOKWORM("Debian 12", false),
  TRIXIE("Debian 13", false),
  FORKY("Debian 14", true),
  ARM64_TRIXIE("Debian 13", GuestProcessor.AARCH64, "arm64/kernels/trixie"),
  ARM64_FORKY("Debian 14", GuestProcessor.AARCH64, "arm64/kernels/forky"),
  /** Its pages have 16 KiB. */
  ARM64_LARGE_PAGES("Debian 13", GuestProcessor.AARCH64, "arm64/kernels/large-pages");

  private final String debian;
  private final boolean optional;
  private final GuestProcessor processor;
  private final String folder;

  Kernel(String debian, boolean optional) {
    this.debian = debian;
    this.optional = optional;
    this.processor = GuestProcessor.X86_64;
    this.folder = "kernels/" + name().toLowerCase(Locale.ROOT);
  }

  Kernel(String debian, GuestProcessor processor, String folder) {
    this.debian = debian;
    this.optional = false;
    this.processor = processor;
    this.folder = folder;
  }

  GuestProcessor processor() {
    return processor;
  }

  @Override
  public String toString() {
    return debian;
  }

  /**
   * Returns the kernels for x86-64 that are there. A missing kernel that the archive always has is
   * among them, to be counted.
   */
  static Stream<Kernel> all() {
    return Stream.of(values())
        .filter(kernel -> kernel.processor == GuestProcessor.X86_64)
        .filter(kernel -> !kernel.optional || kernel.isThere());
  }

  boolean isThere() {
    return Files.exists(folder().resolve("release"));
  }

  Kernel require() {
    Requirement.need(
        isThere(),
        "there is no \""
            + folder()
            + "\"; run it/vm/setup"
            + (processor == GuestProcessor.AARCH64 ? "-arm64" : ""));
    return this;
  }

  /**
   * Returns a text such as "Debian 12 (Linux 6.1)". A suite that is still in development has no
   * version.
   */
  String describe() throws IOException {
    if (this == FORKY || this == ARM64_FORKY) {
      return debian + " (in the making)";
    }
    String[] numbers = release().split("\\.");
    return debian + " (Linux " + numbers[0] + "." + numbers[1] + ")";
  }

  /** Returns a text such as "6.1.0-50-cloud-amd64". */
  String release() throws IOException {
    return Files.readString(folder().resolve("release")).strip();
  }

  Path image() {
    return folder().resolve("vmlinuz");
  }

  Path modules() {
    return folder().resolve("modules");
  }

  private Path folder() {
    return GuestTools.folder().resolve(folder);
  }
}
