package crjvm.oci.container;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Files below a root, with every folder and symbolic link on the way to them. In the result, each
 * file can be found under each of its names.
 */
final class RootFiles {
  /** The kernel's limit of symbolic links in a path. */
  private static final int MAX_LINKS = 40;

  private final Path root;
  private final SortedMap<String, Path> entries = new TreeMap<>();
  private final Set<String> walked = new HashSet<>();

  RootFiles(Path root) {
    this.root = root;
  }

  /**
   * Returns absolute paths below the root, with their places on disk. Folders come before their
   * contents.
   */
  SortedMap<String, Path> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  boolean has(String path) {
    return entries.containsKey(path);
  }

  /**
   * Adds a file, or a folder without its contents. Links are followed as by a process with this
   * root.
   *
   * @return its path without symbolic links
   */
  String add(String path) throws IOException {
    Deque<String> left = new ArrayDeque<>(names(path));
    String at = "";
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.equals("..")) {
        at = at.isEmpty() ? "" : at.substring(0, at.lastIndexOf('/'));
        continue;
      }
      String next = at + "/" + name;
      Path file = onDisk(next);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(next);
      }
      entries.put(next, file);
      if (!Files.isSymbolicLink(file)) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new FileSystemLoopException(path);
      }
      String target = Files.readSymbolicLink(file).toString();
      at = target.startsWith("/") ? "" : at;
      List<String> first = names(target);
      for (int i = first.size() - 1; i >= 0; i--) {
        left.push(first.get(i));
      }
    }
    return at;
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>(List.of(path.split("/")));
    names.removeIf(name -> name.isEmpty() || name.equals("."));
    return names;
  }

  /** Adds all files. */
  void addAll() throws IOException {
    walk("", path -> false);
  }

  /** Adds a folder with everything in it, and the targets of its links. */
  void addTree(String path, Predicate<String> isLeftOut) throws IOException {
    Deque<String> folders = new ArrayDeque<>(List.of(add(path)));
    while (!folders.isEmpty()) {
      for (String linked : walk(folders.pop(), isLeftOut)) {
        folders.push(linked);
      }
    }
  }

  /**
   * Adds the contents of a folder.
   *
   * @return folders that links point to and that were not visited yet
   */
  private List<String> walk(String folder, Predicate<String> isLeftOut) throws IOException {
    List<String> linked = new ArrayList<>();
    Path top = onDisk(folder);
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            String path = pathOf(each);
            if (!each.equals(top) && isLeftOut.test(path)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            walked.add(path);
            if (!path.equals("/")) {
              entries.put(path, each);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            if (isLeftOut.test(pathOf(each))) {
              return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink()) {
              addLink(pathOf(each)).ifPresent(linked::add);
            } else {
              entries.put(pathOf(each), each);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return linked;
  }

  /** Adds a link. A link to nothing is left out. */
  private Optional<String> addLink(String link) throws IOException {
    try {
      String target = add(link);
      return Files.isDirectory(onDisk(target), LinkOption.NOFOLLOW_LINKS) && walked.add(target)
          ? Optional.of(target)
          : Optional.empty();
    } catch (NoSuchFileException | FileSystemLoopException e) {
      return Optional.empty();
    }
  }

  private String pathOf(Path file) {
    return "/" + root.relativize(file);
  }

  private Path onDisk(String path) {
    return root.resolve(path.substring(path.isEmpty() ? 0 : 1));
  }
}
