package crjvm.crac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
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
    Resource bad = new Recorder("x", new IllegalStateException("x"));
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

  @Test
  void anErrorIsAFailureLikeAnyOther() {
    register("a", false);
    keep(new Recorder("b", new AssertionError("b")));
    register("c", false);

    assertThatThrownBy(() -> context.beforeCheckpoint(null))
        .isInstanceOf(CheckpointException.class)
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(AssertionError.class));
    assertThatThrownBy(() -> context.afterRestore(null))
        .isInstanceOf(RestoreException.class)
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(AssertionError.class));

    assertThat(calls)
        .containsExactly("before c", "before b", "before a", "after a", "after b", "after c");
  }

  @Test
  void anInterruptIsKeptForTheCaller() {
    keep(new Recorder("a", new InterruptedException("a")));

    assertThatThrownBy(() -> context.beforeCheckpoint(null))
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .isInstanceOf(InterruptedException.class));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anExceptionThatIsNoCollectorStays() {
    // One exception has another class, like those of org.crac, and one has no suppressed
    // exceptions.
    CheckpointException empty = new CheckpointException("empty");
    Exception other = new CheckpointException("other") {};
    other.addSuppressed(new IllegalStateException("inside"));
    keep(new Recorder("a", empty));
    keep(new Recorder("b", other));

    assertThatThrownBy(() -> context.beforeCheckpoint(null))
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(other, empty));
  }

  @Test
  void aResourceRegisteredDuringACheckpointIsToldOfTheNext() throws Exception {
    keep(
        new Recorder("a", null) {
          @Override
          public void beforeCheckpoint(Context<? extends Resource> context) {
            register("late", false);
          }
        });

    context.beforeCheckpoint(null);
    context.afterRestore(null);
    assertThat(calls).containsExactly("after a");

    calls.clear();
    context.beforeCheckpoint(null);
    assertThat(calls).containsExactly("before late");
  }

  @Test
  void registeredAgainAResourceIsTheLastOne() throws Exception {
    Recorder a = new Recorder("a", null);
    keep(a);
    register("b", false);
    context.register(a);

    context.beforeCheckpoint(null);

    assertThat(calls).containsExactly("before a", "before b");
  }

  @Test
  void aResourceMustBeThere() {
    assertThatThrownBy(() -> context.register(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void aForgottenResourceIsNotTold() throws Exception {
    WeakReference<Resource> forgotten = registerAndForget();
    while (forgotten.get() != null) {
      System.gc();
    }

    context.beforeCheckpoint(null);
    context.afterRestore(null);

    assertThat(calls).isEmpty();
  }

  private WeakReference<Resource> registerAndForget() {
    Resource resource = new Recorder("forgotten", null);
    context.register(resource);
    return new WeakReference<>(resource);
  }

  private void register(String name, boolean fails) {
    keep(new Recorder(name, fails ? new IllegalStateException(name) : null));
  }

  private void keep(Resource resource) {
    kept.add(resource); // the context holds it weakly
    context.register(resource);
  }

  private class Recorder implements Resource {
    private final String name;
    private final Throwable failure;

    Recorder(String name, Throwable failure) {
      this.name = name;
      this.failure = failure;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws Exception {
      record("before");
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) throws Exception {
      record("after");
    }

    private void record(String when) throws Exception {
      calls.add(when + " " + name);
      if (failure instanceof Error error) {
        throw error;
      } else if (failure != null) {
        throw (Exception) failure;
      }
    }
  }

  /** A resource like a proxy of org.crac whose resource has been collected. */
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
