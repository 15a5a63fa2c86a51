package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The option {@code secrets} names the secrets that an image would hold, and never shows them. */
@BesideOthers
@Tag("core")
class SecretsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String VALUE = "hunter2-hunter2";

  private static TestJvm jvm() throws Exception {
    return new TestJvm(BENCH, Jdk.any())
        .vm("-Dspring.datasource.password=" + VALUE, "-Dplain=of checkpoint")
        .arguments("--api-key=" + VALUE);
  }

  private static Command command(TestJvm jvm, String options) {
    return jvm.command("image=" + jvm.image() + ",at=http:" + jvm.url() + options)
        .with("DB_PASSWORD", VALUE)
        .with("DB_PASSWORD_FILE", "/run/secrets/db")
        .with("QUEUE", "amqp://app:" + VALUE + "@queue.example/");
  }

  @Test
  void theyAreNamedInOneLineAndInTheManifest() throws Exception {
    TestJvm jvm = jvm();
    Checkpoint checkpoint = jvm.checkpoint(command(jvm, "").start("checkpoint"));
    String names =
        "environment DB_PASSWORD, environment QUEUE, property spring.datasource.password,"
            + " argument --api-key";
    assertThat(checkpoint.process().messages())
        .containsOnlyOnce(
            "crjvm: the image will hold what looks like secrets ("
                + names
                + "); make it without them, or give secrets=ignore");
    assertThat(checkpoint.process().stderr()).doesNotContain(VALUE);

    RunningProcess inspect =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "inspect", jvm.image())
            .run("inspect");
    assertThat(inspect.stdout()).contains("secrets?    " + names);
    assertThat(Files.readAllLines(jvm.image().resolve("manifest")))
        .filteredOn(line -> line.startsWith("secret="))
        .hasSize(4)
        .noneMatch(line -> line.contains(VALUE));
  }

  @Test
  void withFailThereIsNoImageAndTheApplicationRunsOn() throws Exception {
    TestJvm jvm = jvm();
    RunningProcess process = command(jvm, ",secrets=fail").start("checkpoint");
    process.awaitError("checkpoint failed: the image would hold what looks like secrets (");
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/property?name=plain")).isEqualTo("of checkpoint");
    assertThat(process.stderr()).doesNotContain(VALUE);
    assertThat(jvm.image()).doesNotExist();
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void withIgnoreNobodyLooks() throws Exception {
    TestJvm jvm = jvm();
    Checkpoint checkpoint = jvm.checkpoint(command(jvm, ",secrets=ignore").start("checkpoint"));
    assertThat(checkpoint.process().stderr()).doesNotContain("secret");
    assertThat(Files.readString(jvm.image().resolve("manifest"))).doesNotContain("secret=");
  }
}
