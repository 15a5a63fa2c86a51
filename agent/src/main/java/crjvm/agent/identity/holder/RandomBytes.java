package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Renewal;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;

/** The change of an array to random bytes. */
record RandomBytes(byte[] bytes) implements Renewal {
  @Override
  public void renew(Entropy entropy) throws IOException {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) entropy.nextLong();
    }
  }

  @Override
  public void rehearse() {}
}
