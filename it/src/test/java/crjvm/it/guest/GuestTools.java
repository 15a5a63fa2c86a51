package crjvm.it.guest;

import java.nio.file.Path;
import java.util.Optional;

/** Finds the files that {@code it/vm/setup} and {@code it/vm/setup-arm64} have unpacked. */
public final class GuestTools {
  private GuestTools() {}

  /** Returns the folder of the emulator and its tools. */
  public static Path tools() {
    return folder().resolve("tools");
  }

  /** Returns the folder of what guests with 64-bit ARM need: tools, kernels, and guest, a root. */
  public static Path arm64() {
    return folder().resolve("arm64");
  }

  /** Returns the folder of everything. */
  static Path folder() {
    return variable("CRJVM_VM_FOLDER")
        .orElseGet(
            () ->
                variable("XDG_CACHE_HOME")
                    .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                    .resolve("crjvm-vm"));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(s -> !s.isEmpty()).map(Path::of);
  }
}
