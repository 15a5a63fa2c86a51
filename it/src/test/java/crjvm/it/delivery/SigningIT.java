package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm build} does not give the key to the application's user. */
@Tag("delivery")
class SigningIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** A script that looks for each process that signs, and reads its open files. */
  private static final String THIEF =
      """
      while :; do
          for process in /proc/[0-9]*; do
              if tr '\\0' ' ' <"$process/cmdline" | grep -q 'sign --key'; then
                  echo seen
                  cat "$process"/fd/*
              fi
          done
      done >'%s' 2>/dev/null
      """;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Path key() throws Exception {
    Path key = User.ROOT.own(BENCH.newFolder("keys")).resolve("private.pem");
    Process openssl =
        new ProcessBuilder("openssl", "genpkey", "-algorithm", "ed25519", "-out", key.toString())
            .start();
    assertThat(openssl.waitFor()).isZero();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return key;
  }

  private static List<Object> build(TestJvm jvm, Path key, Path output) throws Exception {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of(BENCH.launcher(), "build", "--sign", key, "--jar", BENCH.application()));
    words.addAll(List.of("--java", jvm.jdk().java(), "--url", jvm.url(), "--output", output));
    words.addAll(List.of("--name", "image", "--user", User.ORDINARY.name()));
    words.addAll(List.of("--", "--port", jvm.port()));
    return words;
  }

  /** Uses a PID namespace, in which all processes of that user are ended before the key is used. */
  @Test
  void applicationsUserSeesNoProcessThatSigns() throws Exception {
    Requirement.need(User.isRoot(), "only root can run processes of two users");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path loot = jvm.folder().resolve("loot");
    Path thief = Files.writeString(jvm.folder().resolve("thief"), THIEF.formatted(loot));
    Path output = User.ROOT.own(BENCH.newFolder("output"));
    String script = String.join(" ", User.ORDINARY.wrap(List.of("sh", thief.toString())));
    RunningProcess process =
        new Command(BENCH, Path.of("/"))
            .as(User.ROOT)
            .with("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .add("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
            .add(
                "sh",
                "-c",
                script
                    + " & \"$@\"; made=$?; kill $! 2>/dev/null; wait $! || echo thief: $?; exit $made",
                "sh")
            .add(build(jvm, key(), output))
            .start("build");
    Await.until(LIMIT, "crjvm build to end", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).contains("thief: 137");
    assertThat(loot).as("what it has written shows that it ran").isEmptyFile();
    assertThat(output.resolve("image.pem")).isNotEmptyFile();
  }

  /** Uses a PID namespace, as the test above does: the signing ends all processes of the user. */
  @Test
  void linksOfOthersInTheOutputFolderAreNotFollowed() throws Exception {
    Requirement.need(User.isRoot(), "only root can be led to write to root's files");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path precious = User.ROOT.own(BENCH.newFolder("precious")).resolve("file");
    Files.writeString(precious, "precious");
    Path output = User.ROOT.own(BENCH.newFolder("output"));
    String archive = "image.tar.gz";
    List<String> names =
        List.of(archive, archive + ".partial", archive + ".sha256", "image.pem", "image.partial");
    for (String name : names) {
      Files.createSymbolicLink(output.resolve(name), precious);
    }
    List<Object> words = new ArrayList<>(build(jvm, key(), output));
    words.addAll(2, List.of("--compress", "gzip"));
    RunningProcess process =
        new Command(BENCH, Path.of("/"))
            .as(User.ROOT)
            .with("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .add("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
            .add(words)
            .start("links");
    Await.until(LIMIT, "crjvm build to end", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(precious).hasContent("precious");
    for (String name : List.of(archive, archive + ".sha256", "image.pem")) {
      assertThat(output.resolve(name)).isRegularFile();
      assertThat(Files.isSymbolicLink(output.resolve(name))).as(name).isFalse();
    }
  }

  @Test
  void ordinaryUserHasTheImageSignedElsewhere() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess refused =
        new Command(BENCH, jvm.folder())
            .add(build(jvm, Path.of("/dev/null"), jvm.folder()))
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(125);
    assertThat(refused.stderr()).contains("could read the key");
  }
}
