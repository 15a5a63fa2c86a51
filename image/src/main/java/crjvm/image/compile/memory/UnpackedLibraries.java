package crjvm.image.compile.memory;

import crjvm.image.CheckpointContext;
import crjvm.image.UnpackedLibrary;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Finds the unpacked libraries among the files that a process had mapped, each file once. */
final class UnpackedLibraries {
  private final CheckpointContext context;
  private final Map<Path, Boolean> known = new HashMap<>();

  UnpackedLibraries(CheckpointContext context) {
    this.context = context;
  }

  /** Returns whether a file that the process had mapped privately is such a library. */
  boolean holds(Path file) {
    return known.computeIfAbsent(file, this::isUnpacked);
  }

  private boolean isUnpacked(Path file) {
    return !file.startsWith(context.runtime().javaHome())
        && !context.runtime().classPath().contains(file)
        && UnpackedLibrary.is(file);
  }
}
