package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.randomness.Entropy;
import java.util.concurrent.locks.Lock;

/** A change that runs while no thread is taking a number. */
record LockedChange(Lock lock, Object monitor, FieldChange change) implements Renewal {
  @Override
  public void renew(Entropy entropy) throws Exception {
    lock.lock();
    try {
      synchronized (monitor) {
        change.renew(entropy);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void rehearse() throws Exception {
    lock.lock();
    try {
      synchronized (monitor) {
        change.rehearse();
      }
    } finally {
      lock.unlock();
    }
  }
}
