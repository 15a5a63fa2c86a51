package crjvm.crac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GlobalContextTest {
  private final GlobalContext context = new GlobalContext();
  private final List<String> calls = new ArrayList<>();
  private final List<Resource> kept = new ArrayList<>();

  @Test
  void resourcesAreNotifiedInReverseOrderAndInOrder() throws Exception {
    register("a", false);
    register("b", false);

    context.beforeCheckpoint(null);
    context.afterRestore(null);

    assertThat(calls).containsExactly("before b", "before a", "after a", "after b");
  }

  @Test
  void everyResourceGetsBothCallbacksAfterFailuresToo() {
    register("a", false);
    register("b", true);
    register("c", true);

    assertThatThrownBy(() -> context.beforeCheckpoint(null))
        .isInstanceOf(CheckpointException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    assertThatThrownBy(() -> context.afterRestore(null))
        .isInstanceOf(RestoreException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));

    assertThat(calls)
        .containsExactly("before c", "before b", "before a", "after a", "after b", "after c");
  }

  @Test
  void afterACheckpointNobodyIsNotifiedTwice() throws Exception {
    register("a", false);

    context.beforeCheckpoint(null);
    context.afterRestore(null);
    context.afterRestore(null);

    assertThat(calls).containsExactly("before a", "after a");
  }

  @Test
  void failuresOfAContextAreThoseOfItsResources() {
    GlobalContext inner = new GlobalContext();
    context.register(inner);
    Resource bad = new Recorder("x", true);
    kept.add(bad);
    inner.register(bad);

    assertThatThrownBy(() -> context.beforeCheckpoint(null))
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class));
  }

  @Test
  void aResourceIsComparedByIdentityOnly() throws Exception {
    Resource hostile = new HostileResource();
    context.register(hostile);
    register("a", false);

    context.beforeCheckpoint(null);

    assertThat(calls).containsExactly("before a");
    assertThat(hostile).isNotNull();
  }

  private void register(String name, boolean fails) {
    Recorder recorder = new Recorder(name, fails);
    kept.add(recorder); // the context holds it weakly
    context.register(recorder);
  }

  private final class Recorder implements Resource {
    private final String name;
    private final boolean fails;

    Recorder(String name, boolean fails) {
      this.name = name;
      this.fails = fails;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
      record("before");
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
      record("after");
    }

    private void record(String when) {
      calls.add(when + " " + name);
      if (fails) {
        throw new IllegalStateException(name);
      }
    }
  }

  /** As a proxy of org.crac whose resource is gone. */
  private static final class HostileResource implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {}

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    @Override
    public boolean equals(Object other) {
      throw new NullPointerException();
    }

    @Override
    public int hashCode() {
      throw new NullPointerException();
    }

    @Override
    public String toString() {
      return "hostile";
    }
  }
}
