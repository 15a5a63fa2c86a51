package crjvm.agent.os.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open descriptor of this process, as /proc describes it.
 *
 * @param number the descriptor
 * @param target the file that it refers to, such as {@code pipe:[123]}
 * @param mode the file type and permissions, as in stat(2)
 * @param links the number of names that the file has
 * @param device the device number of a device node, as in stat(2)
 * @param identity the identity of the file, which all of its descriptors share
 * @param info the lines of fdinfo, each {@code name: value}
 */
public record OpenFile(
    int number,
    String target,
    int mode,
    int links,
    long device,
    String identity,
    List<String> info) {
  private static final int S_IFMT = 0170000;
  private static final int O_CLOEXEC = 02000000;

  /** Returns all open descriptors of this process in ascending order. */
  public static List<OpenFile> all() {
    return ProcessFiles.descriptors().stream().map(OpenFile::at).flatMap(Optional::stream).toList();
  }

  /** Returns the descriptor, or nothing if it is closed. */
  private static Optional<OpenFile> at(int number) {
    Path link = Path.of("/proc/self/fd/" + number);
    try {
      Map<String, Object> status = attributes(link);
      return Optional.of(
          new OpenFile(
              number,
              Files.readSymbolicLink(link).toString(),
              (Integer) status.get("mode"),
              (Integer) status.get("nlink"),
              (Long) status.get("rdev"),
              identity(status),
              ProcessFiles.lines(Path.of("/proc/self/fdinfo/" + number))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:mode,nlink,rdev,dev,ino");
  }

  private static String identity(Map<String, Object> status) {
    return status.get("dev") + ":" + status.get("ino");
  }

  public boolean isFifo() {
    return type() == 0010000;
  }

  public boolean isCharacterDevice() {
    return type() == 0020000;
  }

  public boolean isBlockDevice() {
    return type() == 0060000;
  }

  /** Returns whether it is a regular file with a name. */
  public boolean isFile() {
    return type() == 0100000 && hasPath() && links > 0;
  }

  public boolean isFolder() {
    return type() == 0040000;
  }

  public boolean isSocket() {
    return type() == 0140000;
  }

  private int type() {
    return mode & S_IFMT;
  }

  /** Returns whether its target is the name of a file, deleted or not. */
  public boolean hasPath() {
    return target.startsWith("/");
  }

  /** Returns whether the name still leads to the file. */
  public boolean isReachable() {
    try {
      return identity.equals(identity(attributes(Path.of(target))));
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /** Returns whether the descriptor still refers to the same file. */
  public boolean isStillOpen() {
    return ProcessFiles.descriptor(number).filter(target::equals).isPresent();
  }

  public boolean isTerminal() {
    int major = major();
    return isCharacterDevice() && (major == 4 || major == 5 || major >= 136 && major <= 143);
  }

  /** Returns the major number of a device node. */
  public int major() {
    return (int) (device >> 8 & 0xfff);
  }

  /** Returns the minor number of a device node. */
  public int minor() {
    return (int) (device & 0xff | device >> 12 & 0xfff00);
  }

  /** Returns the flags of open(2). */
  public int flags() {
    return Integer.parseInt(value("flags").orElse("0"), 8);
  }

  /**
   * Returns whether the descriptor may be inherited. Inherited descriptors are never closed on
   * exec, and most of the JVM's own are.
   */
  public boolean isInherited() {
    return (flags() & O_CLOEXEC) == 0;
  }

  /** Returns the value of the first line with this name in fdinfo. */
  public Optional<String> value(String name) {
    return info.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
