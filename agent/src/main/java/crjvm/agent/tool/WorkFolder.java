package crjvm.agent.tool;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The folder in which a training command runs. It is a new copy, so that the user's files are not
 * changed.
 */
public final class WorkFolder {
  private static final long BYTES_LIMIT = 1L << 30;
  private static final int FILES_LIMIT = 100_000;

  private WorkFolder() {}

  /**
   * Makes the folder of a command.
   *
   * @param path a path where no file exists
   */
  public static void make(TrainingCommand command, Path path) throws IOException {
    if (command.folder().isEmpty()) {
      Files.createDirectory(path);
    } else {
      Files.walkFileTree(command.folder().get(), new Copier(command.folder().get(), path));
    }
  }

  private static final class Copier extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;
    private long bytes;
    private int files;

    Copier(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (folder.equals(to)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      count(0);
      Files.createDirectory(target(folder));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!attributes.isOther()) { // sockets and pipes have no contents to copy
        count(attributes.isSymbolicLink() ? 0 : attributes.size());
        Files.copy(
            file, target(file), LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }

    private Path target(Path path) {
      return to.resolve(from.relativize(path).toString());
    }

    private void count(long size) throws IOException {
      files++;
      bytes += size;
      if (files > FILES_LIMIT || bytes > BYTES_LIMIT) {
        throw new IOException(
            "\"" + from + "\" has more than " + FILES_LIMIT + " files, or more than 1 GiB");
      }
    }
  }
}
