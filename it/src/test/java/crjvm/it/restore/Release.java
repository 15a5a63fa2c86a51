package crjvm.it.restore;

import crjvm.it.bench.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Two copies of an image, and a link that leads to a link to one of them. */
record Release(Path folder) {
  static Release of(Path image) throws IOException {
    Release release = new Release(image.resolveSibling("releases"));
    User.ORDINARY.own(Files.createDirectory(release.folder));
    for (String name : new String[] {"1", "2"}) {
      copy(image, Files.createDirectory(release.folder.resolve(name)).resolve("image"));
    }
    Files.createSymbolicLink(release.folder.resolve("newest"), Path.of("1"));
    Files.createSymbolicLink(image.resolveSibling("current"), Path.of("releases/newest"));
    return release;
  }

  private static void copy(Path from, Path to) throws IOException {
    User.ORDINARY.own(Files.createDirectory(to));
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(file.getFileName());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        User.ORDINARY.own(target);
      }
    }
  }

  /** Returns the image's path, with links in it. */
  Path image() {
    return folder.resolveSibling("current").resolve("image");
  }

  /** Lets the path lead to the other copy. */
  void change() throws IOException {
    Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of("2"));
    Files.move(next, folder.resolve("newest"), StandardCopyOption.ATOMIC_MOVE);
  }
}
