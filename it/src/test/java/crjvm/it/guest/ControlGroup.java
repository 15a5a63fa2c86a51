package crjvm.it.guest;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A control group of this machine, for commands that are to run under its limits. Only root can
 * make one.
 */
public final class ControlGroup implements AutoCloseable {
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  /** The folder of each controller. Without hierarchies of their own, it is the same one. */
  private final Map<String, Path> folders;

  private ControlGroup(Map<String, Path> folders) {
    this.folders = folders;
  }

  /** Returns whether each controller has a hierarchy of its own here, as in cgroup v1. */
  static boolean isOld(String controller) {
    return Files.isDirectory(MOUNT.resolve(controller));
  }

  /**
   * Makes a group below the one that this process is in.
   *
   * @param controllers "memory", "cpu" or both
   */
  public static ControlGroup of(String... controllers) throws IOException {
    Requirement.need(User.isRoot(), "control groups are for root to make");
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String controller : controllers) {
      folders.put(controller, folder(controller, String.join("-", controllers)));
    }
    for (Path folder : Set.copyOf(folders.values())) {
      Files.createDirectory(folder);
    }
    return new ControlGroup(folders);
  }

  private static Path folder(String controller, String name) throws IOException {
    Path parent = isOld(controller) ? MOUNT.resolve(controller) : MOUNT;
    Path own = parent.resolve(own(controller).substring(1));
    // If the container has its own mount, but the machine's names, then the root of the mount is
    // the container's group.
    Path above = Files.isDirectory(own) ? own : parent;
    Requirement.need(
        Files.isWritable(above) && (isOld(controller) || enables(above, controller)),
        "there can be no control group with limits of " + controller + " in \"" + above + "\"");
    return above.resolve("crjvm-it-" + ProcessHandle.current().pid() + "-" + name);
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
    Files.writeString(folders.get("memory").resolve(file), Long.toString(bytes));
    return this;
  }

  public ControlGroup limitCpus(int cpus) throws IOException {
    Path folder = folders.get("cpu");
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
    String file = isOld("memory") ? "memory.limit_in_bytes" : "memory.max";
    return folders.get("memory").resolve(file);
  }

  /** Returns how many processes the kernel has killed because the group had no memory left. */
  public int killed() throws IOException {
    String file = isOld("memory") ? "memory.oom_control" : "memory.events";
    return Files.readAllLines(folders.get("memory").resolve(file)).stream()
        .filter(line -> line.startsWith("oom_kill "))
        .mapToInt(line -> Integer.parseInt(line.substring("oom_kill ".length())))
        .sum();
  }

  /** Returns the words that run a command in the group, for {@link Command#wrappedIn}. */
  public String[] enter() {
    String script =
        "while [ \"$1\" != -- ]; do echo $$ >\"$1/cgroup.procs\"; shift; done; shift; exec \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    Set.copyOf(folders.values()).forEach(folder -> words.add(folder.toString()));
    words.add("--");
    return words.toArray(new String[0]);
  }

  @Override
  public void close() {
    Await.until(
        Duration.ofSeconds(30),
        "the end of the control group",
        () -> {
          try {
            for (Path folder : Set.copyOf(folders.values())) {
              Files.deleteIfExists(folder);
            }
            return true;
          } catch (IOException e) {
            return false; // The last process of the group has not ended yet.
          }
        });
  }
}
