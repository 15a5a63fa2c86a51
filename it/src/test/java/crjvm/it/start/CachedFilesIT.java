package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.store.StoreRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code crjvm java} behaves as {@code java}: the content of files does not show whether a start
 * used an image.
 */
@BesideOthers
@Tag("variant")
class CachedFilesIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private JavaCache cache;

  @BeforeEach
  void makeHome() throws IOException {
    cache = JavaCache.make(BENCH);
  }

  private RunningProcess start(StoreRun store) throws IOException {
    List<String> words = store.jvm().plainCommand().words();
    RunningProcess process =
        cache
            .crjvm(store.jvm().jdk(), store.jvm().folder(), "java")
            .add(words.subList(1, words.size()))
            .start("start");
    Http.awaitAnswer(process, store.jvm().port(), "/");
    assertThat(process.messages()).isEmpty();
    return process;
  }

  @Test
  @Tag("core")
  void whatItKeepsIsThereAndNoUselessImageIsMadeAgain() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "journal");
    RunningProcess first = start(store);
    store.add("one");
    cache.awaitImages(1, first);
    store.add("two");
    assertThat(first.terminate()).isEqualTo(143);
    for (String line : List.of("three", "four", "five")) {
      RunningProcess later = start(store);
      assertThat(JavaCache.isRestored(later)).isFalse();
      assertThat(store.lines()).isEqualTo(store.added());
      store.add(line);
      assertThat(later.terminate()).isEqualTo(143);
    }
    assertThat(cache.list(store.jvm().jdk()))
        .contains("can't")
        .contains("keeps in files changes between its starts")
        .contains("lines.log");
    assertThat(cache.files("manifest")).isEmpty();
    assertThat(cache.files("maker.*")).hasSize(1);
  }

  @Test
  void anUnchangedStoreIsContinuedFrom() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "random");
    RunningProcess first = start(store);
    store.add("one");
    cache.awaitImages(1, first);
    assertThat(first.terminate()).isEqualTo(143);
    // The image may be older than the line. Then it has to be refused.
    RunningProcess second = start(store);
    assertThat(store.lines()).isEqualTo(store.added());
    assertThat(second.terminate()).isEqualTo(143);
  }

  @Test
  void aChangedConfigurationMakesAnotherImage() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "segments");
    store.configure("as it was");
    RunningProcess first = start(store);
    cache.awaitImages(1, first);
    assertThat(first.terminate()).isEqualTo(143);
    assertStart(store, true, "as it was");

    store.configure("as it is");
    assertStart(store, false, "as it is");
    String before = Files.readString(cache.files("manifest").get(0));
    RunningProcess maker = start(store);
    assertThat(JavaCache.hasAgent(maker)).isTrue();
    assertThat(store.configured()).isEqualTo("as it is");
    Await.until(
        RunningProcess.LIMIT,
        "another image",
        () ->
            cache.files("manifest").size() == 1
                && !Files.readString(cache.files("manifest").get(0)).equals(before),
        maker::describe);
    assertThat(maker.terminate()).isEqualTo(143);
    assertStart(store, true, "as it is");
  }

  @Test
  void aConfigurationThatWasNotThereMakesAnotherImage() throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), "segments");
    RunningProcess first = start(store);
    cache.awaitImages(1, first);
    assertThat(first.terminate()).isEqualTo(143);
    assertStart(store, true, "");
    store.configure("as it is");
    assertStart(store, false, "as it is");
  }

  private void assertStart(StoreRun store, boolean isRestored, String configured) throws Exception {
    RunningProcess process = start(store);
    assertThat(JavaCache.isRestored(process)).as(process::describe).isEqualTo(isRestored);
    assertThat(store.configured()).isEqualTo(configured);
    assertThat(process.terminate()).isEqualTo(143);
  }
}
