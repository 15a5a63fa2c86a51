package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.hook.resource.FileUse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Tests of the log of uses, with a map of the JDK as its model. */
class NoteLogTest {
  private static final int MANY = 20_000;
  private static final int BITS = 9;

  private static byte[] name(int number) {
    return text(number).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(int number) {
    return "/data/" + number;
  }

  /** Adds uses as the hooks do, unless they are known. */
  private static void add(NoteLog log, int number, int bits) {
    byte[] name = name(number);
    int hash = NoteLog.hash(name);
    if (!log.has(name, hash, bits)) {
      log.add(name, hash, bits);
    }
  }

  private static int or(int one, int other) {
    return one | other;
  }

  @Test
  void usesAndRenamesAreLikeThoseOfAMap() {
    NoteLog log = new NoteLog(MANY);
    Map<String, Integer> model = new HashMap<>();
    Random random = new Random(17);
    for (int i = 0; i < 10 * MANY; i++) {
      int number = random.nextInt(MANY);
      if (random.nextInt(10) > 0) {
        int bits = 1 << random.nextInt(BITS);
        add(log, number, bits);
        model.merge(text(number), bits, NoteLogTest::or);
      } else {
        int target = random.nextInt(MANY);
        log.addRenamed(name(number), name(target));
        int moved =
            model.getOrDefault(text(number), FileUse.WRITE) & ~(FileUse.DELETE | FileUse.TEMPORARY);
        model.merge(text(target), moved | FileUse.REPLACE, NoteLogTest::or);
        model.merge(text(number), FileUse.DELETE, NoteLogTest::or);
      }
    }

    assertThat(log.sum()).isEqualTo(model);
  }

  @Test
  void renamedFoldersTakeTheirFilesAlong() {
    NoteLog log = new NoteLog(MANY);
    note(log, "/data/tmp", FileUse.TEMPORARY);
    note(log, "/data/tmp/a/b", FileUse.WRITE);
    note(log, "/data/tmpfile", FileUse.WRITE);
    log.addRenamed(utf8("/data/tmp"), utf8("/data/state"));
    note(log, "/data/state/a/c", FileUse.READ);
    log.addRenamed(utf8("/data/state/a"), utf8("/data/last"));

    assertThat(log.sum())
        .containsEntry("/data/state", FileUse.REPLACE)
        .containsEntry("/data/state/a/b", FileUse.WRITE | FileUse.REPLACE | FileUse.DELETE)
        .containsEntry("/data/last/b", FileUse.WRITE | FileUse.REPLACE)
        .containsEntry("/data/last/c", FileUse.READ | FileUse.REPLACE)
        .containsEntry("/data/tmpfile", FileUse.WRITE);
  }

  private static void note(NoteLog log, String name, int bits) {
    log.add(utf8(name), NoteLog.hash(utf8(name)), bits);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void fullLogsStillTakeUsesOfKnownNames() {
    NoteLog log = new NoteLog(2);
    add(log, 1, 1);
    assertThat(log.isFull()).isFalse();
    add(log, 2, 1);
    add(log, 3, 1);
    add(log, 1, 2);

    assertThat(log.isFull()).isTrue();
    assertThat(log.sum()).isEqualTo(Map.of(text(1), 3, text(2), 1));
  }

  /** Tests names that somebody has chosen so that all have the same hash. */
  @Test
  void namesWithTheSameHashAreDifferent() {
    NoteLog log = new NoteLog(MANY);
    for (int i = 0; i < MANY - 1; i++) {
      assertThat(log.has(name(i), 0, 1)).isFalse();
      log.add(name(i), 0, 1);
      assertThat(log.has(name(i), 0, 1)).isTrue();
    }

    assertThat(log.sum()).hasSize(MANY - 1);
  }

  @Test
  void namesThatNoFileCanHaveAreLeftOut() {
    NoteLog log = new NoteLog(MANY);
    byte[] name = "x".repeat(1 << 17).getBytes(StandardCharsets.UTF_8);
    log.add(name, 1, 1);
    log.addRenamed(name(1), name);
    add(log, 2, 1);

    assertThat(log.sum()).isEqualTo(Map.of(text(2), 1));
  }

  /** Tests names of which few fit into a block, so that the log is summed up early. */
  @Test
  void longNamesAreKept() {
    NoteLog log = new NoteLog(MANY);
    for (int i = 0; i < MANY; i++) {
      byte[] name = (text(i) + "/".repeat(4000)).getBytes(StandardCharsets.UTF_8);
      log.add(name, NoteLog.hash(name), 1);
    }

    assertThat(log.sum()).hasSize(MANY);
    assertThat(log.sum().values()).containsOnly(1);
  }

  @Test
  void threadsLoseNothing() throws Exception {
    NoteLog log = new NoteLog(MANY);
    List<Callable<Void>> works = new ArrayList<>();
    for (int bit = 0; bit < BITS; bit++) {
      int bits = 1 << bit;
      works.add(
          () -> {
            for (int i = 0; i < MANY - 1; i++) {
              add(log, i, bits);
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(BITS);
    try {
      for (var each : threads.invokeAll(works)) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(log.sum()).hasSize(MANY - 1);
    assertThat(log.sum().values()).containsOnly((1 << BITS) - 1);
  }
}
