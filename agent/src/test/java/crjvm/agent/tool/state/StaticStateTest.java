package crjvm.agent.tool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

class StaticStateTest {
  private final StaticState state = new StaticState(type -> {}, null);

  /** A stand-in for a class of the application, which is initialised again for each test. */
  private static final class Tool {
    private static final Map<String, Integer> MAP = new HashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Cache CACHE = new Cache();
    private static final Inner INNER = new Inner();
    private static final int[] ARRAY = new int[2];
    private static final char[] CHARACTERS = new char[131_072];
    private static final AtomicReference<Inner> REFERENCE = new AtomicReference<>();
    private static final AtomicReferenceArray<Inner> TABLE = new AtomicReferenceArray<>(2);
    private static final AtomicIntegerArray NUMBERS = new AtomicIntegerArray(2);
    private static final AtomicLongArray LONGS = new AtomicLongArray(2);
    private static final Map<Object, String> WEAK = new WeakHashMap<>();
    private static List<String> list;
    private static long count;
    private static String[] table;
    private static int used;
  }

  private static final class Cache extends LinkedHashMap<String, Integer> {
    private static final long serialVersionUID = 1;
    private int hits;
  }

  private static final class Inner {
    private int value = 1;
    private final List<Inner> inners = new ArrayList<>();
  }

  private static final class Other {}

  private void initialise(Class<?> type, Runnable work) {
    state.begin(type);
    work.run();
    state.end(type);
  }

  private static void reset() {
    Tool.MAP.clear();
    Tool.NUMBER.set(0);
    Tool.INNER.value = 1;
    Tool.INNER.inners.clear();
    Tool.INNER.inners.add(new Inner());
    Tool.ARRAY[0] = 0;
    Tool.list = null;
    Tool.count = 5;
  }

  @Test
  void changesOfAnInitialisationInALargeArrayStay() {
    initialise(Tool.class, () -> Tool.CHARACTERS[100_000] = 0);
    initialise(Other.class, () -> Tool.CHARACTERS[100_000] = 'o');
    Tool.CHARACTERS[100_000] = 'r';
    state.bringBack();
    assertThat(Tool.CHARACTERS[100_000]).isEqualTo('o');
  }

  /** A run makes the table longer, and then an initialisation adds to it. */
  @Test
  void aTableAndItsCounterStayTogether() {
    initialise(
        Tool.class,
        () -> {
          Tool.table = new String[1];
          Tool.used = 0;
        });
    Tool.table = new String[] {"run", null, null};
    Tool.used = 1;
    initialise(Other.class, () -> Tool.table[Tool.used++] = "initialisation");
    Tool.table[Tool.used++] = "run";
    state.bringBack();
    assertThat(Tool.used).isEqualTo(2);
    assertThat(Tool.table).containsExactly("run", "initialisation", null);
  }

  @Test
  void anObjectThatAnInitialisationHasPutIntoAFieldIsBroughtBack() {
    initialise(Tool.class, StaticStateTest::reset);
    initialise(Other.class, () -> Tool.list = new ArrayList<>(List.of("initialisation")));
    Tool.list.add("run");
    state.bringBack();
    assertThat(Tool.list).containsExactly("initialisation");
  }

  @Test
  void fieldsContainersAndObjectsAreBroughtBack() {
    initialise(Tool.class, StaticStateTest::reset);
    Inner inner = Tool.INNER.inners.get(0);
    Tool.MAP.put("a", 1);
    Tool.NUMBER.incrementAndGet();
    Tool.INNER.value = 7;
    inner.value = 8;
    Tool.INNER.inners.clear();
    Tool.ARRAY[0] = 9;
    Tool.list = List.of("x");
    Tool.count++;
    state.bringBack();
    assertThat(Tool.MAP).isEmpty();
    assertThat(Tool.NUMBER).hasValue(0);
    assertThat(Tool.INNER.value).isEqualTo(1);
    assertThat(Tool.INNER.inners).containsExactly(inner);
    assertThat(inner.value).isEqualTo(1);
    assertThat(Tool.ARRAY).containsExactly(0, 0);
    assertThat(Tool.list).isNull();
    assertThat(Tool.count).isEqualTo(5);
    assertThat(state.lost()).isEmpty();
  }

  @Test
  void whatExtendsContainersIsBroughtBack() {
    initialise(Tool.class, () -> Tool.CACHE.put("first", 1));
    Tool.CACHE.put("second", 2);
    Tool.CACHE.hits = 3;
    state.bringBack();
    assertThat(Tool.CACHE).containsOnlyKeys("first");
    assertThat(Tool.CACHE.hits).isZero();
  }

  /** Guava's caches have such a table beside the number of its entries. */
  @Test
  void atomicVariablesAndTheirArraysAreBroughtBack() {
    Inner referred = new Inner();
    Inner inTable = new Inner();
    initialise(
        Tool.class,
        () -> {
          Tool.REFERENCE.set(referred);
          Tool.TABLE.set(0, inTable);
          Tool.NUMBERS.set(1, 5);
          Tool.WEAK.put("first", "a");
        });
    referred.value = 7;
    inTable.value = 8;
    Tool.REFERENCE.set(null);
    Tool.TABLE.set(0, null);
    Tool.TABLE.set(1, new Inner());
    Tool.NUMBERS.set(1, 6);
    Tool.LONGS.set(0, 6);
    Tool.WEAK.put("second", "b");
    state.bringBack();
    assertThat(Tool.REFERENCE).hasValue(referred);
    assertThat(referred.value).isEqualTo(1);
    assertThat(Tool.TABLE.get(0)).isSameAs(inTable);
    assertThat(inTable.value).isEqualTo(1);
    assertThat(Tool.TABLE.get(1)).isNull();
    assertThat(Tool.NUMBERS.get(1)).isEqualTo(5);
    assertThat(Tool.LONGS.get(0)).isZero();
    assertThat(Tool.WEAK).containsOnlyKeys("first");
  }

  @Test
  void propertiesOfInitialisationsStay() {
    String name = "crjvm.test.initialised";
    try {
      JvmSettings settings = new JvmSettings();
      initialise(Other.class, () -> System.setProperty(name, "yes"));
      System.setProperty(name + ".by.main", "yes");
      settings.bringBack(state.properties());
      assertThat(System.getProperty(name)).isEqualTo("yes");
      assertThat(System.getProperty(name + ".by.main")).isNull();
    } finally {
      System.clearProperty(name);
    }
  }

  @Test
  void whatAnInitialisationDoesToOthersStays() {
    initialise(Tool.class, StaticStateTest::reset);
    initialise(
        Other.class,
        () -> {
          Tool.MAP.put("other", 1);
          Tool.count = 6;
        });
    Tool.MAP.put("run", 2);
    Tool.count = 7;
    state.bringBack();
    assertThat(Tool.MAP).containsOnlyKeys("other");
    assertThat(Tool.count).isEqualTo(6);
  }

  @Test
  void whatANestedInitialisationIsGivenAfterwardsStays() {
    initialise(
        Other.class,
        () -> {
          initialise(Tool.class, StaticStateTest::reset);
          Tool.MAP.put("other", 1);
        });
    Tool.MAP.put("run", 2);
    state.bringBack();
    assertThat(Tool.MAP).containsOnlyKeys("other");
  }
}
