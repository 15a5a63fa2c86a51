package crjvm.agent.restore;

import crjvm.agent.randomness.Reseeding;
import java.io.IOException;

/** New seeds for what the JDK has seeded, so that copies of an image don't say the same. */
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
  public void apply(RestoreRequest request) throws ReflectiveOperationException, IOException {
    reseeding.run();
  }
}
