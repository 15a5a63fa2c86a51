package crjvm.agent.connection.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleConnectionsTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** A pool that shows what is done with it, and makes its callers wait. */
  private static class Pool implements ConnectionPool {
    private final CountDownLatch lock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    Pool(CountDownLatch lock) {
      this.lock = lock;
    }

    @Override
    public String name() {
      return "a test's pool";
    }

    @Override
    public void closeIdle() throws Exception {
      lock.await();
      closed.countDown();
    }

    @Override
    public void goOn() {
      goesOn.countDown();
    }

    boolean isClosed() {
      return closed.getCount() == 0;
    }

    boolean isGoingOn() {
      return goesOn.getCount() == 0;
    }
  }

  private static Pool free() {
    return new Pool(new CountDownLatch(0));
  }

  @Test
  void poolsAreClosedAndGoOn() throws Exception {
    List<Pool> pools = List.of(free(), free());

    IdleConnections idle = IdleConnections.close(pools, LONG);

    assertThat(pools).allMatch(Pool::isClosed).noneMatch(Pool::isGoingOn);
    idle.goOn();
    assertThat(pools).allMatch(Pool::isGoingOn);
  }

  @Test
  void aPoolWhoseLockIsHeldIsGivenUpAndGoesOnByItself() throws Exception {
    CountDownLatch lock = new CountDownLatch(1);
    Pool locked = new Pool(lock);
    Pool free = free();

    IdleConnections idle = IdleConnections.close(List.of(locked, free), SHORT);

    assertThat(locked.isClosed()).isFalse();
    idle.goOn();
    assertThat(free.goesOn.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(locked.isGoingOn()).isFalse();
    lock.countDown();
    assertThat(locked.goesOn.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(locked.isClosed()).isTrue();
  }

  @Test
  void aPoolThatFailsHoldsUpNothing() throws Exception {
    Pool failing =
        new Pool(null) {
          @Override
          public void closeIdle() {
            throw new NoSuchMethodError("of another version");
          }
        };
    Pool free = free();

    IdleConnections idle = IdleConnections.close(List.of(failing, free), LONG);
    idle.goOn();

    assertThat(free.isClosed()).isTrue();
    assertThat(List.of(failing, free)).allMatch(Pool::isGoingOn);
  }
}
