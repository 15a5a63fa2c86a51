package crjvm.agent.restore;

import crjvm.agent.randomness.Reseeding;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * The step that makes new seeds for generators that the JDK has seeded, so that copies of an image
 * make different numbers.
 */
final class RandomnessStep implements RestoreStep {
  private final Reseeding reseeding;

  RandomnessStep(Reseeding reseeding) {
    this.reseeding = reseeding;
  }

  @Override
  public String name() {
    return "randomness";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message)
      throws ReflectiveOperationException, IOException {
    int count = reseeding.run();
    return () -> "new seeds for threads, the JDK and " + count + " objects";
  }

  @Override
  public void prepare() throws ReflectiveOperationException {
    reseeding.prepare();
  }

  @Override
  public void release() {
    reseeding.release();
  }

  /** Returns true, because generators that only one thread uses have no lock. */
  @Override
  public boolean needsGate() {
    return true;
  }
}
