package crjvm.image.compile;

import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import crjvm.image.StaleFiles;
import crjvm.image.plan.PlanMade;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds the folders and the temporary files that the process has made, so that a start can make them
 * again. Temporary files are copied into the image, unless they are large or have changed since the
 * application was stopped.
 */
final class CompileMadeStep {
  /** The largest size in bytes of all temporary files in an image. */
  private static final long MOST = 64L << 20;

  private final PlanWriter plan;
  private final Path image;
  private final Supplier<String> names;
  private final StaleFiles stale;
  private long copied;

  /**
   * @param names gives the name of the next file in the image's folder
   */
  CompileMadeStep(PlanWriter plan, Path image, Supplier<String> names, StaleFiles stale) {
    this.plan = plan;
    this.image = image;
    this.names = names;
    this.stale = stale;
  }

  /**
   * Adds them.
   *
   * @param files all files outside the image, in the order of their paths
   */
  void run(List<OutsideFile> files) throws IOException {
    for (OutsideFile file : files) {
      int flags = stale == StaleFiles.REFUSE ? 0 : PlanMade.WARN;
      if (file.kind() == Kind.MADE_FOLDER) {
        add(file, PlanMade.Kind.FOLDER, flags, null);
      } else if (file.kind() == Kind.TEMPORARY_FOLDER) {
        int empty = file.size() == 0 ? PlanMade.EMPTY : 0;
        add(file, PlanMade.Kind.FOLDER, flags | PlanMade.TEMPORARY | empty, null);
      } else if (file.kind() == Kind.TEMPORARY && file.size() > 0) {
        add(file, PlanMade.Kind.FILE, flags | PlanMade.TEMPORARY, copy(file));
      }
    }
  }

  private void add(OutsideFile file, PlanMade.Kind kind, int flags, String content) {
    String path = file.path().toString();
    plan.add(new PlanMade(path, kind, flags, file.mode(), content, file.seconds(), file.nanos()));
  }

  /** Returns the name of the copy in the image, or null if there is none. */
  private String copy(OutsideFile file) throws IOException {
    if (copied + file.size() > MOST) {
      return null;
    }
    String name = names.get();
    Path copy = image.resolve(name);
    try {
      Files.copy(file.path(), copy);
      if (Files.size(copy) == file.size() && file.isUnchanged()) {
        copied += file.size();
        return name;
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      // The application goes on and has deleted it, or has made it unreadable.
    }
    Files.deleteIfExists(copy);
    return null;
  }
}
