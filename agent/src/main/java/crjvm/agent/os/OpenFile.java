package crjvm.agent.os;

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
 * @param target what it refers to, as in {@code pipe:[123]}
 * @param mode file type and permissions, as stat(2) has them
 * @param links names that the file has
 * @param device of a device node, as stat(2) has it
 * @param identity of the file: the same for every descriptor of it
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

  /** All of this process, ascending by number. */
  public static List<OpenFile> all() {
    return ProcessFiles.descriptors().stream().map(OpenFile::at).flatMap(Optional::stream).toList();
  }

  /** Empty: it is closed. */
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

  /** Whether it is a regular file with a name. */
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

  /** Whether its target is the name of a file, deleted or not. */
  public boolean hasPath() {
    return target.startsWith("/");
  }

  /** Whether the name still leads to the file. */
  public boolean isReachable() {
    try {
      return identity.equals(identity(attributes(Path.of(target))));
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /** Whether the descriptor still refers to the same. */
  public boolean isStillOpen() {
    return ProcessFiles.descriptor(number).filter(target::equals).isPresent();
  }

  public boolean isTerminal() {
    int major = major();
    return isCharacterDevice() && (major == 4 || major == 5 || major >= 136 && major <= 143);
  }

  /** Of a device node. */
  public int major() {
    return (int) (device >> 8 & 0xfff);
  }

  /** Of a device node. */
  public int minor() {
    return (int) (device & 0xff | device >> 12 & 0xfff00);
  }

  /** The flags of open(2). */
  public int flags() {
    return Integer.parseInt(value("flags").orElse("0"), 8);
  }

  /** Inherited descriptors are never closed on exec; of those that the JVM opens, most are. */
  public boolean isInherited() {
    return (flags() & O_CLOEXEC) == 0;
  }

  /** Of the first line of this name in fdinfo. */
  public Optional<String> value(String name) {
    return info.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
