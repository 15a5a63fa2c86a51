package crjvm.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackedObjectsTest {
  private final TrackedObjects set = new TrackedObjects();

  @Test
  void objectsCountByIdentity() {
    List<String> one = new ArrayList<>();
    List<String> equal = new ArrayList<>();

    assertThat(set.add(one)).isTrue();

    assertThat(set.contains(one)).isTrue();
    assertThat(set.contains(equal)).isFalse();
    assertThat(set.add(one)).isFalse();
    assertThat(set.add(equal)).isTrue();
    one.add("changed");
    assertThat(set.contains(one)).isTrue();
    assertThat(set.living()).hasSize(2);
  }

  @Test
  void removedOnesAreForgotten() {
    Object object = new Object();
    set.add(object);

    assertThat(set.remove(object)).isTrue();
    assertThat(set.remove(object)).isFalse();
    assertThat(set.living()).isEmpty();
  }

  @Test
  void manyAreFoundAgain() {
    List<Object> objects = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      objects.add(new Object());
    }

    objects.forEach(set::add);
    objects.subList(0, 5_000).forEach(set::remove);
    objects.subList(0, 100).forEach(set::add);

    assertThat(objects.subList(0, 100)).allMatch(set::contains);
    assertThat(objects.subList(100, 5_000)).noneMatch(set::contains);
    assertThat(objects.subList(5_000, 10_000)).allMatch(set::contains);
    assertThat(set.living()).hasSize(5_100).doesNotHaveDuplicates();
  }

  @Test
  void collectedOnesAreGone() {
    Object kept = new Object();
    set.add(kept);
    for (int i = 0; i < 10_000; i++) {
      set.add(new Object());
    }
    long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();

    while (set.size() > 1 && System.nanoTime() < limit) {
      System.gc();
    }

    assertThat(set.living()).containsExactly(kept);
    Reference.reachabilityFence(kept);
  }
}
