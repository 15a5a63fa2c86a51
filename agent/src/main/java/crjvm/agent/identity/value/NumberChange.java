package crjvm.agent.identity.value;

import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The change of a counter to a random number. */
public final class NumberChange implements Renewal {
  private final AtomicInteger counter;
  private final int mask;

  /**
   * @param mask the bits that the number may have
   */
  public NumberChange(AtomicInteger counter, int mask) {
    this.counter = counter;
    this.mask = mask;
  }

  @Override
  public void renew(Entropy entropy) throws IOException {
    counter.set((int) entropy.nextLong() & mask);
  }

  @Override
  public void rehearse() {
    counter.get();
  }
}
