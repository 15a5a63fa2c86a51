package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.store.StoreRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An image holds the memory of one moment, and files go on changing. A start that would rely on a
 * changed file becomes a normal start. No line is lost that the application has said to be kept.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("variant")
class FilesOutsideIT {
  private static final String TOO_OLD = "the image is too old: ";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Makes an image with lines of an earlier process and of the process that makes the image. */
  private static StoreRun image(String style, String options) throws Exception {
    StoreRun store = used(style);
    store.jvm().checkpoint(store.start("train=off,warmup=" + store.adding("warm") + options));
    return store;
  }

  /** Makes an image in a process that has only read the files. */
  private static StoreRun unwrittenImage(String style) throws Exception {
    StoreRun store = used(style);
    store.jvm().checkpoint(store.start("train=off"));
    return store;
  }

  private static StoreRun used(String style) throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), style);
    store.configure("as it was");
    RunningProcess before = store.plain();
    store.add("before");
    assertThat(before.terminate()).isEqualTo(143);
    return store;
  }

  @Test
  @Tag("core")
  void whatWasKeptIsThere() throws Exception {
    whatWasKeptIsThereHoweverItIsStarted("segments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "journal",
        "channel",
        "random",
        "replaced",
        "temporary",
        "rewritten",
        "segments",
        "mapped"
      })
  void whatWasKeptIsThereHoweverItIsStarted(String style) throws Exception {
    StoreRun store = image(style, "");

    RunningProcess restored = store.run();
    assertThat(restored.stderr()).isEmpty();
    assertThat(store.lines()).isEqualTo(store.added());
    store.add("in-a-copy");
    restored.signal("KILL");
    assertThat(restored.awaitExit()).isEqualTo(137);

    RunningProcess second = store.run();
    assertThat(second.stderr()).contains(TOO_OLD).contains("starting the application normally");
    assertThat(store.lines()).isEqualTo(store.added());
    store.add("in-a-normal-start");
    assertThat(second.terminate()).isEqualTo(143);

    RunningProcess third = store.run();
    assertThat(third.stderr()).contains(TOO_OLD);
    assertThat(store.lines()).isEqualTo(store.added()).hasSize(4);
    assertThat(third.terminate()).isEqualTo(143);
  }

  @ParameterizedTest
  @ValueSource(strings = {"channel", "replaced", "rewritten"})
  void whatWasOnlyReadAndIsWrittenByACopyMakesTheImageTooOld(String style) throws Exception {
    StoreRun store = unwrittenImage(style);
    RunningProcess restored = store.run("--no-fallback");
    store.add("in-a-copy");
    store.add("once-more");
    assertThat(restored.stderr()).isEmpty();
    restored.signal("KILL");
    assertThat(restored.awaitExit()).isEqualTo(137);

    RunningProcess second = store.run();
    assertThat(second.stderr()).contains(TOO_OLD + "a copy has changed the file \"");
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(second.terminate()).isEqualTo(143);
  }

  /**
   * Uses a file that was empty at the checkpoint. The style "rewritten" is left out: that file is
   * never synced, and looks like any output.
   */
  @ParameterizedTest
  @ValueSource(strings = {"journal", "channel", "random", "replaced", "segments", "mapped"})
  void whatIsKeptForTheFirstTimeByACopyMakesTheImageTooOld(String style) throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), style);
    store.jvm().checkpoint(store.start("train=off"));
    RunningProcess restored = store.run("--no-fallback");
    store.add("in-a-copy");
    restored.signal("KILL");
    assertThat(restored.awaitExit()).isEqualTo(137);

    RunningProcess second = store.run();
    assertThat(second.stderr()).contains(TOO_OLD);
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(second.terminate()).isEqualTo(143);
  }

  @ParameterizedTest
  @ValueSource(strings = {"channel", "replaced", "rewritten"})
  void whatOthersHaveChangedIsNotOverwritten(String style) throws Exception {
    StoreRun store = unwrittenImage(style);
    RunningProcess plain = store.plain();
    store.add("in-a-normal-start");
    assertThat(plain.terminate()).isEqualTo(143);

    RunningProcess restored = store.run("--no-fallback");
    assertThat(restored.stderr()).contains("was read before the checkpoint, and has changed since");
    assertThatThrownBy(() -> store.add("lost")).isInstanceOf(AssertionError.class);
    assertThat(restored.stderr()).contains("that would undo the change, and fails");
    assertThat(restored.terminate()).isEqualTo(143);

    RunningProcess next = store.run();
    assertThat(next.stderr()).contains(TOO_OLD);
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(next.terminate()).isEqualTo(143);
  }

  @Test
  void anUnchangedStoreIsNoObstacle() throws Exception {
    StoreRun store = image("journal", "");
    for (int i = 0; i < 3; i++) {
      RunningProcess restored = store.run("--no-fallback");
      assertThat(store.lines()).isEqualTo(store.added());
      assertThat(restored.terminate()).isEqualTo(143);
    }
    // A file that an archive has moved has the same content and another time.
    Files.setLastModifiedTime(
        store.store().resolve("lines.log"), FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
    assertThat(store.run("--no-fallback").terminate()).isEqualTo(143);
  }

  @Test
  @Tag("core")
  void twoAtOnceAreOne() throws Exception {
    StoreRun store = image("journal", "");
    RunningProcess first = store.run("--no-fallback");
    RunningProcess second = store.command("--no-fallback", "--listen", port(store)).run("second");
    assertThat(second.awaitExit()).isEqualTo(124);
    assertThat(second.stderr()).contains(" by another process");
    store.add("by-the-first");
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(first.terminate()).isEqualTo(143);
  }

  private static String port(StoreRun store) {
    return store.jvm().port() + "=0";
  }

  /**
   * Uses a second style that has no file open, so that only the lock of its folder shows the
   * process.
   */
  @ParameterizedTest
  @ValueSource(strings = {"journal", "segments"})
  void theOriginalThatGoesOnHasItsFilesForItself(String style) throws Exception {
    StoreRun store = used(style);
    RunningProcess original = store.start("train=off,then=continue");
    original.awaitError("image ready");
    RunningProcess copy = store.command("--no-fallback", "--listen", port(store)).run("copy");
    assertThat(copy.awaitExit()).isEqualTo(124);
    assertThat(copy.stderr()).contains(" by another process");
    original.signal("KILL");
    assertThat(original.awaitExit()).isEqualTo(137);
    RunningProcess later = store.run("--no-fallback");
    store.add("later");
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(later.terminate()).isEqualTo(143);
  }

  @Test
  void aPlainServerOnTheSameFilesIsNoticed() throws Exception {
    StoreRun store = image("journal", "");
    RunningProcess plain = store.plain();
    RunningProcess copy = store.command("--no-fallback", "--listen", port(store)).run("copy");
    assertThat(copy.awaitExit()).isEqualTo(124);
    assertThat(copy.stderr()).contains("is in use by another process");
    assertThat(plain.terminate()).isEqualTo(143);
  }

  @Test
  @Tag("core")
  void aChangedConfigurationIsNamed() throws Exception {
    StoreRun store = image("segments", "");
    store.configure("as it is");
    RunningProcess restored = store.run("--no-fallback");
    assertThat(restored.stderr())
        .contains("the file \"" + store.config() + "\" was read before the checkpoint, and has");
    assertThat(store.configured()).isEqualTo("as it was");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void aChangedConfigurationIsRefused() throws Exception {
    StoreRun store = image("segments", ",stale=refuse");
    store.configure("as it is");
    RunningProcess normal = store.run();
    assertThat(normal.stderr())
        .contains("the file \"" + store.config() + "\" was read before the checkpoint, and has")
        .contains("starting the application normally");
    assertThat(store.configured()).isEqualTo("as it is");
    assertThat(normal.terminate()).isEqualTo(143);
    // With the old text, the configuration is the same again.
    store.configure("as it was");
    assertThat(store.run("--no-fallback").terminate()).isEqualTo(143);
  }

  @Test
  void aChangedConfigurationIsIgnored() throws Exception {
    StoreRun store = image("segments", ",stale=ignore");
    store.configure("as it is");
    RunningProcess restored = store.run("--no-fallback");
    assertThat(restored.stderr()).isEmpty();
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  @Tag("core")
  void aPolicyLetsFilesChange() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "journal");
    Path policies = store.jvm().folder().resolve("policies");
    Files.writeString(
        policies,
        String.join(
            "\n", "type: file", "path: " + store.store() + "/**", "action: keep", "when: changed"));
    store.jvm().checkpoint(store.start("train=off,policies=" + policies));
    for (int i = 0; i < 2; i++) {
      RunningProcess restored = store.run("--no-fallback");
      store.add("line");
      assertThat(restored.terminate()).isEqualTo(143);
    }
  }

  @Test
  void inspectShowsThem() throws Exception {
    StoreRun store = image("journal", "");
    Checkpoint checkpoint = new Checkpoint(BENCH, store.jvm(), null);
    assertThat(checkpoint.inspected().lines())
        .contains(
            "  written " + store.store().resolve("lines.log"),
            "  folder " + store.store(),
            "  read " + store.config());
  }

  @Test
  void doctorNamesAllThatHasChanged() throws Exception {
    StoreRun store = image("journal", "");
    store.configure("as it is");
    Files.writeString(store.store().resolve("another"), "file");
    Files.writeString(store.store().resolve("lines.log"), "other");
    RunningProcess doctor =
        new Command(BENCH, store.jvm().folder())
            .add(BENCH.launcher(), "doctor", "--image", store.jvm().image())
            .run("doctor");
    assertThat(doctor.awaitExit()).isEqualTo(1);
    assertThat(doctor.stdout())
        .contains("changed since the checkpoint: \"" + store.config() + "\" (read)")
        .contains("\"" + store.store().resolve("lines.log") + "\" (written)")
        .contains("\"" + store.store() + "\" (a folder of written files)")
        .contains("images can't be run here");
  }

  @Test
  void aServerWithoutFilesStartsAsOftenAsWanted() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    List<RunningProcess> copies =
        List.of(checkpoint.restore(), checkpoint.restore("--listen", checkpoint.port() + "=0"));
    for (RunningProcess copy : copies) {
      assertThat(copy.terminate()).isEqualTo(143);
    }
  }

  @Test
  @Tag("core")
  void whatWasUnpackedStaysWhenAProcessWithAnImageEnds() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "journal");
    Path temporary = User.ORDINARY.own(Files.createDirectory(store.jvm().folder().resolve("tmp")));
    store.jvm().arguments("--unpack", temporary.toString());
    RunningProcess plain = store.plain();
    assertThat(store.unpacked()).isEqualTo("onetwothree");
    assertThat(plain.terminate()).isEqualTo(143);
    assertThat(filesBelow(temporary)).as("of a process without an image").isZero();

    RunningProcess original = store.start("train=off,then=continue");
    original.awaitError("crjvm: image ready: ");
    assertThat(original.terminate()).isEqualTo(143);
    for (int i = 0; i < 3; i++) {
      RunningProcess copy = store.run();
      assertThat(copy.stderr()).as(copy::describe).isEmpty();
      assertThat(store.unpacked()).isEqualTo("onetwothree");
      assertThat(copy.terminate()).isEqualTo(143);
      assertThat(copy.stdout()).isEqualTo("deleted\n");
    }
    assertThat(filesBelow(temporary)).isEqualTo(3);
  }

  private static long filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
