package crjvm.agent.restore;

import crjvm.agent.identity.Renewals;
import java.util.function.Supplier;

/** What libraries have that no two copies of an image may have in common. */
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
  public Supplier<String> apply(RestoreRequest request) throws Exception {
    int count = renewals.run(!request.imageId().equals(StartStep.NO_IMAGE));
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

  /** What an application is just using has no lock. */
  @Override
  public boolean needsGate() {
    return true;
  }
}
