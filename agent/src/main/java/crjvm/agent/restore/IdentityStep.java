package crjvm.agent.restore;

import crjvm.agent.identity.Renewals;
import java.util.function.Supplier;

/** The step that renews values of libraries that no two copies of an image may share. */
final class IdentityStep implements RestoreStep {
  private final Renewals renewals;

  IdentityStep(Renewals renewals) {
    this.renewals = renewals;
  }

  @Override
  public String name() {
    return "identity";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws Exception {
    int count = renewals.run(!message.imageId().equals(StartStep.NO_IMAGE));
    return () -> count + " things of libraries are the copy's own";
  }

  @Override
  public void prepare() {
    renewals.prepare();
  }

  @Override
  public void release() {
    renewals.release();
  }

  /** Returns true, because values that an application is just using have no lock. */
  @Override
  public boolean needsGate() {
    return true;
  }
}
