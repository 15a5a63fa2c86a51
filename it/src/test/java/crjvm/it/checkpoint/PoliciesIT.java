package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A file of policies decides what becomes of open descriptors. */
@BesideOthers
@Tag("core")
class PoliciesIT {
  /** The flag in octal, with O_CLOEXEC or without. */
  private static final String O_PATH = "01[02]000000";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static TestJvm jvm(Jdk jdk, String policies) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).withObjects();
    Files.writeString(file(jvm), policies);
    return jvm;
  }

  private static Path file(TestJvm jvm) {
    return jvm.folder().resolve("policies.yaml");
  }

  private static RunningProcess start(TestJvm jvm, String options) throws IOException {
    RunningProcess process = jvm.start("at=api,then=continue,quiet=off" + options);
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  private static Path link(RunningProcess process, int descriptor) throws IOException {
    return Files.readSymbolicLink(ProcFile.of(process.pid(), "fd/" + descriptor));
  }

  /**
   * Closes an io_uring by a policy. No image can hold one, so the image shows that it is not there.
   */
  @OnEachJdk
  void closedDescriptorsAreTakenAndUseless(Jdk jdk) throws Exception {
    TestJvm jvm =
        jvm(
            jdk,
            """
            type: filedescriptor
            regex: io_uring
            action: close
            """);
    RunningProcess process = start(jvm, ",policies=" + file(jvm));
    int descriptor = Integer.parseInt(Http.ask(jvm.port(), "/make?io-uring"));
    Requirement.need(descriptor >= 0, "io_uring can't be made here: error " + -descriptor);

    assertThat(Http.ask(jvm.port(), "/checkpoint")).isEqualTo("ok");

    assertThat(link(process, descriptor)).hasToString("anon_inode:[io_uring]");
    assertThat(process.terminate()).isEqualTo(143);
    RunningProcess restored = new Checkpoint(BENCH, jvm, process).restore();
    assertThat(link(restored, descriptor)).hasToString("/");
    assertThat(Files.readString(ProcFile.of(restored.pid(), "fdinfo/" + descriptor)))
        .containsPattern("flags:\\s+" + O_PATH);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void forbiddenOnesAreNamed() throws Exception {
    TestJvm jvm =
        jvm(
            Jdk.any(),
            """
            type: file
            path: **/*-application
            action: error
            """);
    RunningProcess process = start(jvm.vm("-Djdk.crac.resource-policies=" + file(jvm)), "");
    int descriptor = Integer.parseInt(Http.ask(jvm.port(), "/make?folder"));
    Path folder = link(process, descriptor);
    Files.writeString(file(jvm), ""); // The file was read at the start.

    assertThat(Http.ask(jvm.port(), "/checkpoint"))
        .isEqualTo(
            "checkpoint failed: descriptor %d is \"%s\", which the policies forbid;"
                    .formatted(descriptor, folder)
                + " close it before the checkpoint");
    assertThat(jvm.image()).doesNotExist();
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void aWrongFileIsNamedAndTheApplicationRuns() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "type: file\naction: vanish\n");
    RunningProcess process = start(jvm, ",policies=" + file(jvm));

    assertThat(process.messages())
        .containsExactly(
            "crjvm: no checkpoint will be made: the policies \"%s\", line 2: action \"vanish\" is"
                    .formatted(file(jvm))
                + " not one of error, keep, ignore, reopen, close; docs/descriptors.md describes"
                + " them");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
