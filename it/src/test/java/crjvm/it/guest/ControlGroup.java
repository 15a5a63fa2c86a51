package crjvm.it.guest;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A control group of this machine, for commands that are to run under its limits. Only root can
 * make one.
 */
public final class ControlGroup implements AutoCloseable {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  private final Path folder;

  private ControlGroup(Path folder) {
    this.folder = folder;
  }

  /** Returns whether each controller has a hierarchy of its own here, as in cgroup v1. */
  static boolean isOld(String controller) {
    return Files.isDirectory(MOUNT.resolve(controller));
  }

  /**
   * Makes a group below the one that this process is in.
   *
   * @param controller "memory" or "cpu"
   */
  public static ControlGroup of(String controller) throws IOException {
    Requirement.need(User.isRoot(), "control groups are for root to make");
    Path parent = isOld(controller) ? MOUNT.resolve(controller) : MOUNT;
    Path own = parent.resolve(own(controller).substring(1));
    // If the container has its own mount, but the machine's names, then the root of the mount is
    // the container's group.
    Path above = Files.isDirectory(own) ? own : parent;
    Requirement.need(
        Files.isWritable(above) && (isOld(controller) || enables(above, controller)),
        "there can be no control group with limits of " + controller + " in \"" + above + "\"");
    Path folder = above.resolve("crjvm-it-" + ProcessHandle.current().pid() + "-" + controller);
    return new ControlGroup(Files.createDirectory(folder));
  }

  private static String own(String controller) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
        .map(line -> line.split(":", 3))
        .filter(
            line ->
                isOld(controller)
                    ? List.of(line[1].split(",")).contains(controller)
                    : line[0].equals("0"))
        .map(line -> line[2])
        .findFirst()
        .orElse("/");
  }

  private static boolean enables(Path above, String controller) throws IOException {
    Path control = above.resolve("cgroup.subtree_control");
    if (!Files.readString(control).contains(controller)) {
      Files.writeString(control, "+" + controller);
    }
    return true;
  }

  /**
   * @param bytes the limit of the memory
   */
  public ControlGroup limitMemory(long bytes) throws IOException {
    String file = isOld("memory") ? "memory.limit_in_bytes" : "memory.max";
    Files.writeString(folder.resolve(file), Long.toString(bytes));
    return this;
  }

  public ControlGroup limitCpus(int cpus) throws IOException {
    if (isOld("cpu")) {
      Files.writeString(folder.resolve("cpu.cfs_period_us"), "100000");
      Files.writeString(folder.resolve("cpu.cfs_quota_us"), Integer.toString(cpus * 100_000));
    } else {
      Files.writeString(folder.resolve("cpu.max"), cpus * 100_000 + " 100000");
    }
    return this;
  }

  /** Returns the file that holds the group's own memory limit. */
  public Path memoryFile() {
    return folder.resolve(isOld("memory") ? "memory.limit_in_bytes" : "memory.max");
  }

  /** Returns the words that run a command in the group, for {@link Command#wrappedIn}. */
  public String[] enter() {
    String script = "echo $$ >\"$1/cgroup.procs\"; shift; exec \"$@\"";
    return new String[] {"sh", "-c", script, "sh", folder.toString()};
  }

  @Override
  public void close() {
    Await.until(
        Duration.ofSeconds(30),
        "the end of the control group",
        () -> {
          try {
            Files.delete(folder);
            return true;
          } catch (IOException e) {
            return false; // The last process of the group has not ended yet.
          }
        });
  }
}
