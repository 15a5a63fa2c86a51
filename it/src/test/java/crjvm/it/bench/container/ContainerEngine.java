package crjvm.it.bench.container;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs podman as root, once for all test classes. It has storage of its own, a mount namespace of
 * its own, and a base image made of this machine's packages. Nothing is pulled from anywhere.
 */
public final class ContainerEngine implements AutoCloseable {
  /** The name that the documents use for the base image. No registry is asked for it. */
  public static final String BASE = "docker.io/library/debian:13";

  /** crun and runc refuse a machine with both versions of cgroups mounted. */
  private static final String KEEP_NAMESPACE =
      "! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified || exit 1;"
          + " echo ready; read -r end";

  private static final String MAKER = "localhost/maker";

  private final Path folder;
  private final Process keeper;
  private boolean hasMaker;

  private ContainerEngine() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("crjvm-podman-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    keeper =
        new ProcessBuilder("unshare", "--mount", "sh", "-c", KEEP_NAMESPACE)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (keeper.inputReader().readLine() == null) {
      throw new IOException("no mount namespace for podman");
    }
    writeConfiguration();
    writeCommand();
    makeBase();
  }

  /** Returns the engine of this run, which is made when the first class asks for it. */
  static ContainerEngine of(ExtensionContext context) {
    Requirement.need(User.isRoot(), "only root can run podman here");
    Requirement.need(isThere("podman"), "there is no podman; install it with crun");
    Requirement.need(isThere("crun") || isThere("runc"), "there is neither crun nor runc");
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(ContainerEngine.class, key -> create(), ContainerEngine.class);
  }

  private static ContainerEngine create() {
    try {
      return new ContainerEngine();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static boolean isThere(String program) {
    return find(program).isPresent();
  }

  private static Optional<Path> find(String program) {
    return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
        .map(place -> Path.of(place, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Returns the path of podman, for command lines that begin with this word. */
  public Path command() {
    return folder.resolve("bin/podman");
  }

  /**
   * Writes podman's configuration. By default podman would raise limits that root may not raise
   * everywhere.
   */
  private void writeConfiguration() throws IOException {
    Files.writeString(
        folder.resolve("containers.conf"),
        "[containers]\ndefault_ulimits = [\"nofile="
            + limit("Max open files")
            + "\", \"nproc="
            + limit("Max processes")
            + "\"]\n[engine]\ncgroup_manager = \"cgroupfs\"\nruntime = \""
            + (isThere("crun") ? "crun" : "runc")
            + "\"\n");
  }

  /** Returns a limit in the form soft:hard. */
  private static String limit(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith(name)) {
        String[] fields = line.substring(name.length()).strip().split(" +");
        return (fields[0] + ":" + fields[1]).replace("unlimited", "-1");
      }
    }
    throw new IllegalStateException("no limit \"" + name + "\"");
  }

  private void writeCommand() throws IOException {
    Files.createDirectory(folder.resolve("bin"));
    String script =
        String.join(
            "\n",
            "#!/bin/sh",
            "export PODMAN_IGNORE_CGROUPSV1_WARNING=1",
            "export CONTAINERS_CONF='" + folder.resolve("containers.conf") + "'",
            "exec nsenter --target " + keeper.pid() + " --mount --wdns=\"$PWD\" \\",
            "  '" + find("podman").orElseThrow() + "' \\",
            "  --root '" + folder.resolve("storage") + "' \\",
            "  --runroot '" + folder.resolve("run") + "' \"$@\"",
            "");
    Files.writeString(command(), script);
    Files.setPosixFilePermissions(command(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void makeBase() throws IOException, InterruptedException {
    Path root = folder.resolve("root");
    List<String> make = new ArrayList<>();
    make.add(Path.of(System.getProperty("crjvm.it.sources"), "test/sh/container-root").toString());
    make.add(root.toString());
    Jdk.all().stream().filter(Jdk::isThere).forEach(jdk -> make.add(jdk.home().toString()));
    call(make);
    call(
        List.of(
            "sh",
            "-c",
            "tar -C \"$1\" -c . | \"$2\" import --quiet - \"$3\"",
            "sh",
            root.toString(),
            command().toString(),
            BASE));
    call(List.of("rm", "-rf", root.toString()));
  }

  /**
   * Returns the name of the base image in which setup has installed the helper of a distribution
   * folder.
   */
  String maker(Path product) throws IOException, InterruptedException {
    if (!hasMaker) {
      Path file = folder.resolve("Containerfile");
      Files.writeString(file, "FROM " + BASE + "\nCOPY . /opt/crjvm\nRUN /opt/crjvm/setup\n");
      podman("build", "--quiet", "--pull=never", "--tag=" + MAKER, "--file=" + file, product + "");
      hasMaker = true;
    }
    return MAKER;
  }

  /** Runs podman, which has to succeed, and returns its output. */
  public String podman(String... words) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(List.of(command().toString()));
    whole.addAll(List.of(words));
    return call(whole);
  }

  /** Runs a command as root. */
  public static String call(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("crjvm-podman-", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(errors.toFile())
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new AssertionError(
            String.join(" ", command) + " failed: " + output + "\n" + Files.readString(errors));
      }
      return output;
    } finally {
      Files.delete(errors);
    }
  }

  @Override
  public void close() throws Exception {
    removeContainers();
    podman("rmi", "--all", "--force");
    keeper.getOutputStream().close();
    keeper.waitFor();
    // The remaining storage can hold files that only a recursive, forced deletion removes.
    call(List.of("rm", "-rf", folder.toString()));
  }

  void removeContainers() throws IOException, InterruptedException {
    podman("pod", "rm", "--all", "--force", "--time", "0");
    podman("rm", "--all", "--force", "--time", "0");
  }
}
