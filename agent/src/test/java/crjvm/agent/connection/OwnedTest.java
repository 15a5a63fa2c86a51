package crjvm.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OwnedTest {
  private final Owned owned = new Owned(null);

  @Test
  void theOwnerIsTheFirstClassOutsideOfTheJdk() {
    Object object = new Object();
    Consumer<Object> add = owned::add;

    List.of(object).forEach(add);

    assertThat(owned.things()).hasSize(1);
    // There is no agent's class loader here, so no class is ignored.
    assertThat(owned.things().get(0).owner()).contains(Owned.class.getName());
    assertThat(owned.things().get(0).object()).isSameAs(object);
  }

  @Test
  void theAgentOwnsNothing() throws Exception {
    Owned none = new Owned(Owned.class.getClassLoader());
    Thread thread = new Thread(() -> none.add(owned), "without other classes");
    thread.start();
    thread.join();

    assertThat(none.things().get(0).owner()).isEmpty();
  }

  @Test
  void objectsAreNotKept() {
    List<Object> kept = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Object object = new byte[1];
      owned.add(object);
      if (i % 10 == 0) {
        kept.add(object);
      }
    }
    WeakReference<Object> other = new WeakReference<>(new Object());
    while (other.get() != null) {
      System.gc();
    }

    assertThat(owned.things()).hasSize(100);
    Reference.reachabilityFence(kept);
  }
}
