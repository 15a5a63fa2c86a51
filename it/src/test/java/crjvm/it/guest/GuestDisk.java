package crjvm.it.guest;

import crjvm.it.bench.Engine;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A read-only file system (squashfs) with files of this machine, for guests to mount. The files
 * keep their paths, owners, modes and capabilities.
 */
public final class GuestDisk {
  /** The programs that scripts in a guest may call. */
  private static final String PROGRAMS =
      "sh env setpriv cat ls grep sed tar curl ps id mkdir cp mv rm rmdir ln kill sleep timeout uname"
          + " head tail chmod chown dirname basename readlink stat touch date tr cut sort wc mktemp"
          + " getcap setcap mount umount unshare prlimit nproc find seq od tee true false sync dd"
          + " setsid nohup sha256sum cmp ip awk diff taskset";

  private static final List<String> PROGRAM_FOLDERS = List.of("/usr/bin", "/usr/sbin");

  private static final List<String> FILES =
      List.of(
          "/bin",
          "/sbin",
          "/lib",
          "/lib64",
          "/etc/passwd",
          "/etc/group",
          "/etc/nsswitch.conf",
          "/etc/hosts",
          "/etc/ld.so.cache",
          "/etc/os-release",
          "/etc/localtime",
          "/etc/alternatives",
          "/usr/lib/locale/C.utf8",
          "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
          "/usr/share/zoneinfo/UTC");

  /** Parts of a JDK that no running JVM needs. */
  private static final Set<String> LEFT_OUT = Set.of("jmods", "legal", "src.zip", "ct.sym", "man");

  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  private final Set<String> paths = new TreeSet<>();

  /**
   * Returns the disk with the files that stay the same through a run of the tests: programs, the
   * JDKs and the installed helper.
   */
  static GuestDisk base() throws IOException, InterruptedException {
    GuestDisk disk = new GuestDisk();
    for (String file : FILES) {
      disk.add(Path.of(file));
    }
    List<Path> linked = new ArrayList<>();
    for (String program : PROGRAMS.split(" ")) {
      for (String folder : PROGRAM_FOLDERS) {
        Path path = Path.of(folder, program);
        if (Files.isExecutable(path)) {
          disk.add(path);
          linked.add(path.toRealPath());
        }
      }
    }
    disk.add(Workbench.helper());
    disk.add(Path.of(Engine.FOLDER));
    for (Jdk jdk : Jdk.all()) {
      if (Files.exists(jdk.home())) {
        disk.add(jdk.home());
        linked.add(jdk.java());
        linked.addAll(librariesOf(jdk));
      }
    }
    disk.addLibrariesOf(linked);
    return disk;
  }

  /** Writes a disk with a whole root of another processor's files, as {@link #write} does it. */
  static void writeRoot(Path root, Path file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.toString(), file.toString()));
    command.addAll(List.of("-noappend", "-all-root", "-wildcards"));
    LEFT_OUT.forEach(name -> command.addAll(List.of("-e", "... " + name)));
    make(command, file, List.of());
  }

  private static List<Path> librariesOf(Jdk jdk) throws IOException {
    try (Stream<Path> files = Files.walk(jdk.home().resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".so")).toList();
    }
  }

  private void addLibrariesOf(List<Path> files) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ldd"));
    files.forEach(file -> command.add(file.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(); // Some programs are scripts, which is not an error.
    Matcher library = LIBRARY.matcher(output);
    while (library.find()) {
      add(Path.of(library.group(1)));
    }
  }

  /** Adds a file, or a folder with everything below it, and the targets of its links. */
  GuestDisk add(Path path) throws IOException {
    if (!Files.exists(path)) {
      return this;
    }
    Path real = addWay(path);
    if (Files.isDirectory(real) && !Files.isSymbolicLink(path)) {
      addBelow(real);
    }
    return this;
  }

  GuestDisk addAll(List<Path> more) throws IOException {
    for (Path path : more) {
      add(path);
    }
    return this;
  }

  private void addBelow(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        if (LEFT_OUT.contains(entry.getFileName().toString()) || !Files.isReadable(entry)) {
          continue;
        }
        if (Files.isSymbolicLink(entry)) {
          addWay(entry);
        } else {
          paths.add(entry.toString());
          if (Files.isDirectory(entry)) {
            addBelow(entry);
          }
        }
      }
    }
  }

  /** Adds every folder and link on the way to a file. Returns the path at the end of the way. */
  private Path addWay(Path path) throws IOException {
    Path way = Path.of("/");
    for (Path name : path.toAbsolutePath().normalize()) {
      way = way.resolve(name);
      while (Files.isSymbolicLink(way)) {
        paths.add(way.toString());
        Path target = way.resolveSibling(Files.readSymbolicLink(way)).normalize();
        way = Files.exists(target) ? addWay(target) : target;
      }
      if (Files.exists(way)) {
        paths.add(way.toString());
      }
    }
    return way;
  }

  /**
   * Writes the disk without compression, because reading compressed data costs an emulated CPU more
   * than it saves.
   */
  void write(Path file) throws IOException, InterruptedException {
    make(List.of("-", file.toString(), "-cpiostyle0"), file, paths);
  }

  private static void make(List<String> words, Path file, Iterable<String> listed)
      throws IOException, InterruptedException {
    Files.deleteIfExists(file);
    Path tools = GuestTools.tools();
    List<String> command = new ArrayList<>();
    command.add(tools.resolve("usr/bin/mksquashfs").toString());
    command.addAll(words.subList(0, 2));
    command.addAll(List.of("-noI", "-noD", "-noF", "-noX"));
    command.addAll(List.of("-no-exports", "-no-duplicates", "-no-progress", "-quiet"));
    command.addAll(words.subList(2, words.size())); // The option -e has to be the last one.
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.to(file.resolveSibling("disk.log").toFile()));
    builder.environment().putAll(libraries(tools));
    Process process = builder.start();
    try (OutputStream list = process.getOutputStream()) {
      for (String path : listed) {
        list.write((path + "\0").getBytes(StandardCharsets.UTF_8));
      }
    }
    if (process.waitFor() != 0) {
      throw new AssertionError(
          "mksquashfs failed\n" + Files.readString(file.resolveSibling("disk.log")));
    }
  }

  /** Returns the variables for programs that are unpacked and not installed. */
  public static Map<String, String> libraries(Path tools) {
    return Map.of(
        "LD_LIBRARY_PATH",
        tools.resolve("usr/lib/x86_64-linux-gnu") + ":" + tools.resolve("lib/x86_64-linux-gnu"));
  }
}
