package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Engine;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers run the installed helper in any state and with any arguments. It does its ordinary work,
 * or refuses and gives the reason.
 */
@ResourceLock(CapabilityWatch.RESOURCE)
@Tag("core")
class EscalationCallerIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Victim victim() throws Exception {
    return Victim.start(new Command(BENCH, Path.of("/")).add(BENCH.program("victim")));
  }

  private static HelperCall call() throws Exception {
    return new HelperCall(BENCH, BENCH.newFolder("images"));
  }

  // --- descriptors, signals and limits that leave enough

  @ParameterizedTest
  @ValueSource(
      strings = {
        "closed=0 closed=1 closed=2",
        "open=3000 sockets=500",
        "blocked",
        "ignored",
        "blocked ignored alarm=1",
        "umask=0",
        "subreaper",
        "nofile=64",
        "stack=131072",
        "core=0 memlock=0",
        "as=100000000",
        "fsize=1048576"
      })
  void oddCallerGetsTheOrdinaryThing(String ways) throws Exception {
    Victim victim = victim();
    Path images = BENCH.newFolder("images");
    new HelperCall(BENCH, images).way(ways.split(" ")).dump(victim).assertReported("D ok");
    victim.assertRuns();
    for (Path file : filesIn(images)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(file.toString())
          .endsWith("------");
    }
  }

  private static List<Path> filesIn(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  // --- limits that don't

  private static void assertRefused(String way, String line) throws Exception {
    Victim victim = victim();
    long waits = victim.waits();
    call().way(way).dump(victim).assertRefused(line);
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  @Test
  void tooFewDescriptors() throws Exception {
    assertRefused(
        "nofile=8",
        "only 8 files may be open at once, and a dump needs 64; raise the limit (ulimit -n)");
  }

  @Test
  void tooSmallFiles() throws Exception {
    assertRefused(
        "fsize=100000",
        "files may have at most 100000 bytes, which is too little for a dump; raise the limit (ulimit -f)");
  }

  @Test
  void tooFewProcesses() throws Exception {
    assertRefused("nproc=1", "cannot fork: Resource temporarily unavailable");
  }

  /**
   * Uses limits at which the dynamic loader or the kernel prints the reason in place of the helper,
   * or at which nobody can print it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"nofile=3", "as=1000000", "stack=4096", "data=0", "fsize=0"})
  void tooLittleToStart(String way) throws Exception {
    Victim victim = victim();
    long waits = victim.waits();
    HelperCall.Outcome outcome = call().way(way).dump(victim);
    assertThat(outcome.status()).isIn(1, 127, 139, 137);
    assertThat(outcome.reports()).isEmpty();
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  @Test
  void tooLittleToStartCriu() throws Exception {
    Victim victim = victim();
    call()
        .way("as=8000000")
        .dump(victim)
        .assertReported(
            "D error: criu failed with status 127: "
                + Engine.PROGRAM
                + ": error while loading shared"
                + " libraries: libc.so.6: failed to map segment from shared object");
    victim.assertRuns();
  }

  // --- words

  @Test
  void noWordsAtAll() throws Exception {
    call()
        .way("no-arguments")
        .run(victim())
        .assertRefused("missing option: \"--pid\"; see crjvm-helper --help");
  }

  @Test
  void longWord() throws Exception {
    HelperCall.Outcome outcome = call().way("long=100000").run(victim(), "--images", "x");
    assertThat(outcome.status()).isEqualTo(2);
    outcome.assertOneLine();
    assertThat(outcome.process().stderr().length()).isLessThan(1000);
  }

  @Test
  void numbersThatAreNone() throws Exception {
    Victim victim = victim();
    for (String number :
        List.of(
            "-1",
            "0",
            "+1",
            " 1",
            "1 ",
            "0x1",
            "1e3",
            "",
            "1\n2",
            "4194305",
            "4294967297",
            "18446744073709551617")) {
      HelperCall.Outcome outcome = call().run(victim, "--pid", number);
      assertThat(outcome.status()).as(number).isEqualTo(2);
      assertThat(outcome.process().stderr()).startsWith("crjvm: not a valid value: ");
      outcome.assertOneLine();
    }
  }

  @Test
  void wordsOfOthers() throws Exception {
    Victim victim = victim();
    String pid = Long.toString(victim.pid());
    for (List<String> words :
        List.of(
            List.of("restore"),
            List.of("--tree", pid),
            List.of("--action-script", "/bin/sh"),
            List.of("--exec-cmd", "--", "/bin/sh"),
            List.of("--config", "/tmp/x"),
            List.of("--pid=" + pid),
            List.of("--pid", pid, "--pid", pid),
            List.of("--pid", pid, "--images", "relative", "--report", "1"),
            List.of("--pid", pid, "--images", "/tmp", "--report", "-1"),
            List.of("--check", "--pid"),
            List.of("--\u001b[31mred\r\n\u0007", "x"),
            List.of("--help", "--version"),
            List.of("--pid", pid, "--"),
            List.of("%n%s%p", "%n"))) {
      HelperCall.Outcome outcome = call().run(victim, words.toArray(String[]::new));
      assertThat(outcome.status()).as(words.toString()).isEqualTo(2);
      assertThat(outcome.process().stderr()).startsWith("crjvm: ");
      outcome.assertOneLine();
    }
    victim.assertRuns();
  }

  @Test
  void reportsToAnythingButAPipe() throws Exception {
    Victim victim = victim();
    for (String descriptor : List.of("0", "1", "2", "77", "1048576")) {
      HelperCall.Outcome outcome =
          call()
              .run(
                  victim,
                  "--pid",
                  Long.toString(victim.pid()),
                  "--images",
                  BENCH.newFolder("images").toString(),
                  "--report",
                  descriptor);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.process().stderr())
          .startsWith("crjvm: cannot report to descriptor " + descriptor + " of process ");
      outcome.assertOneLine();
    }
  }

  // --- environment and home

  /** Places code of the caller wherever a loader, a shell or criu might look for some. */
  @Test
  void codeInTheEnvironmentNeverRunsWithACapability() throws Exception {
    Path folder = BENCH.newFolder("traps");
    Path mark = folder.resolve("mark");
    Path library = BENCH.sharedLibrary("mark", "-DMARK=\"" + mark + "\"");
    Path script = script(folder.resolve("script"), mark);
    Path libraries = trapLibraries(folder.resolve("libraries"), library);
    Path programs = trapPrograms(folder.resolve("programs"), script);
    Path settings = Files.createDirectories(folder.resolve(".criu")).resolve("default.conf");
    Files.writeString(
        settings,
        "action-script %s\nlibdir %s\nlog-file %s\n"
            .formatted(script, libraries, folder.resolve("log")));
    ownAll(folder);

    HelperCall call = call();
    call.with("HOME", folder)
        .with("XDG_CONFIG_HOME", folder)
        .with("CRIU_CONFIG_FILE", settings)
        .with("CRIU_LIBS_DIR", libraries)
        .with("LD_PRELOAD", library)
        .with("LD_AUDIT", library)
        .with("LD_LIBRARY_PATH", libraries)
        .with("LD_DEBUG_OUTPUT", folder.resolve("debug"))
        .with("GCONV_PATH", libraries)
        .with("LOCPATH", libraries)
        .with("LC_ALL", "de_DE.UTF-8")
        .with("GLIBC_TUNABLES", "glibc.rtld.nns=1000000")
        .with("PATH", programs)
        .with("IFS", "/")
        .with("ENV", script)
        .with("BASH_ENV", script)
        .with("TMPDIR", folder);
    Victim victim = victim();
    call.dump(victim).assertReported("D ok");
    victim.assertRuns();
    assertThat(mark).doesNotExist();
    assertThat(folder.resolve("log")).doesNotExist();

    // Without this the trap would prove nothing.
    new Command(BENCH, folder)
        .add("env", "LD_PRELOAD=" + library, "/bin/true")
        .run("trap")
        .awaitExit();
    assertThat(Files.readString(mark)).isEqualTo("/usr/bin/true 0\n");
  }

  private static Path script(Path file, Path mark) throws Exception {
    Files.writeString(
        file, "#!/bin/sh\necho \"script $0 $(grep CapEff /proc/self/status)\" >>" + mark + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /**
   * Places the library under the names of those that criu and the helper load, and as a plugin of
   * criu.
   */
  private static Path trapLibraries(Path folder, Path library) throws Exception {
    Files.createDirectories(folder);
    List<String> names = new ArrayList<>(List.of("plugin.so", "inventory_plugin.so"));
    ProcessBuilder builder = new ProcessBuilder("ldd", Engine.PROGRAM);
    builder.environment().put("LD_LIBRARY_PATH", Engine.LIBRARIES);
    Process ldd = builder.start();
    new String(ldd.getInputStream().readAllBytes())
        .lines()
        .filter(line -> line.contains("=>"))
        .forEach(line -> names.add(line.strip().split(" ")[0]));
    assertThat(names.size()).isGreaterThan(4);
    for (String name : names) {
      Files.copy(library, folder.resolve(name));
    }
    return folder;
  }

  private static Path trapPrograms(Path folder, Path script) throws Exception {
    Files.createDirectories(folder);
    for (String name : List.of("criu", "sh", "iptables", "ip6tables", "nft", "iptables-restore")) {
      Files.copy(script, folder.resolve(name), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    return folder;
  }

  private static void ownAll(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        User.ORDINARY.own(file);
      }
    }
  }
}
