package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Tests of the table of names, with a map of the JDK as its model. */
class NameTableTest {
  private static final int MANY = 30_000;
  private static final int BITS = NameTable.WIDTH;

  private static byte[] name(int number) {
    return ("/data/" + number).getBytes(StandardCharsets.UTF_8);
  }

  private static void add(NameTable table, int number, int bits) {
    byte[] name = name(number);
    table.add(name, NameTable.hash(name), bits);
  }

  private static int get(NameTable table, int number) {
    byte[] name = name(number);
    return table.get(name, NameTable.hash(name));
  }

  private static Map<String, Integer> all(NameTable table) {
    Map<String, Integer> all = new HashMap<>();
    table.forEach((name, bits) -> all.put(new String(name, StandardCharsets.UTF_8), bits));
    return all;
  }

  @Test
  void isLikeAMap() {
    NameTable table = new NameTable(MANY);
    Map<String, Integer> model = new HashMap<>();
    Random random = new Random(17);
    for (int i = 0; i < 4 * MANY; i++) {
      int number = random.nextInt(MANY);
      int bits = 1 << random.nextInt(BITS);
      String name = new String(name(number), StandardCharsets.UTF_8);
      assertThat(get(table, number)).isEqualTo(model.getOrDefault(name, 0));
      add(table, number, bits);
      model.merge(name, bits, (one, other) -> one | other);
    }

    assertThat(all(table)).isEqualTo(model);
    assertThat(table.isFull()).isFalse();
  }

  @Test
  void fullTablesStillTakeBitsOfKnownNames() {
    NameTable table = new NameTable(2);
    add(table, 1, 1);
    add(table, 2, 1);
    assertThat(table.isFull()).isFalse();

    add(table, 3, 1);
    add(table, 1, 2);

    assertThat(table.isFull()).isTrue();
    assertThat(get(table, 1)).isEqualTo(3);
    assertThat(get(table, 3)).isZero();
  }

  /** Tests names that somebody has chosen so that all have the same hash. */
  @Test
  void staysQuickWhenHashesAreEqual() {
    NameTable table = new NameTable(MANY);
    for (int i = 0; i < MANY; i++) {
      table.add(name(i), 0, 1);
    }

    assertThat(table.isFull()).isTrue();
    assertThat(all(table)).hasSizeLessThan(MANY).containsEntry("/data/7", 1);
  }

  @Test
  void threadsLoseNothing() throws Exception {
    NameTable table = new NameTable(MANY);
    List<Callable<Boolean>> works = new ArrayList<>();
    for (int bit = 0; bit < BITS; bit++) {
      int bits = 1 << bit;
      works.add(
          () -> {
            boolean isThere = true;
            for (int i = 0; i < MANY; i++) {
              add(table, i, bits);
              isThere &= (get(table, i) & bits) != 0;
            }
            return isThere;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(BITS);
    try {
      for (var each : threads.invokeAll(works)) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(all(table)).hasSize(MANY).doesNotContainValue(0);
    assertThat(all(table).values()).containsOnly((1 << BITS) - 1);
  }
}
