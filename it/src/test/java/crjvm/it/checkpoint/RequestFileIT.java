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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Warm-ups by {@code warmup=file:}, and {@code crjvm requests}, which makes such files. */
@BesideOthers
@Tag("variant")
class RequestFileIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static RunningProcess requests(TestJvm jvm, String... words) throws Exception {
    return new Command(BENCH, jvm.folder())
        .add(BENCH.launcher(), "requests")
        .add((Object[]) words)
        .run("requests");
  }

  @Test
  void theAddressesOfALogWarmUpAndTrain() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String begin = "127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] \"GET ";
    List<String> log = new ArrayList<>();
    log.add(begin + "/count HTTP/1.1\" 200 2");
    log.add(begin + "/touch HTTP/1.1\" 200 2");
    Files.write(jvm.folder().resolve("access.log"), log);
    String url = "http://127.0.0.1:" + jvm.port();
    RunningProcess made =
        requests(jvm, "--access-log", "access.log", "--url", url, "--output", "requests.http");
    assertThat(made.awaitExit()).as(made::describe).isZero();
    assertThat(made.stderr())
        .contains("crjvm: 2 requests\n")
        .contains("crjvm: they are 100 % of the log's good GET requests\n");

    Checkpoint checkpoint =
        jvm.checkpoint("at=http:" + jvm.url() + ",warmup=file:requests.http*20");

    assertThat(checkpoint.process().stderr())
        .contains("warm-up: 40 of 40 requests")
        .doesNotContain("no working set");
    RunningProcess copy = checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @Test
  void aFileThatIsWrongIsToldAtTheStart() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path file = jvm.folder().resolve("requests.http");
    Files.writeString(file, "GET {{host}}/count\n");
    RunningProcess process = jvm.start("at=port:1,warmup=file:" + file);
    process.awaitError(
        "crjvm: warm-up failed: line 1 of \""
            + file
            + "\" (\"GET {{host}}/count\") is a request that"
            + " can't be sent (\"{{host}}\" has no value); correct it");
    Http.awaitAnswer(process, jvm.port(), "/count");
    assertThat(jvm.image()).doesNotExist();
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void wrongUseHasTheDocumentedStatus() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertEnds(jvm, 125, "crjvm: wrong use: Missing required", "--url", "http://localhost:1");
    assertEnds(jvm, 125, "--url takes http://HOST:PORT", "--har", "x", "--url", "localhost");
    assertEnds(
        jvm, 1, "crjvm: no requests: \"x.har\" can't be read", "--har", "x.har", "--url=http://h");
  }

  private static void assertEnds(TestJvm jvm, int status, String line, String... words)
      throws Exception {
    RunningProcess process = requests(jvm, words);
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    assertThat(process.stderr()).contains(line).doesNotContain("\tat ");
  }
}
