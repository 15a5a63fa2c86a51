package crjvm.agent.tool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static List<String> list;
    private static long count;
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
