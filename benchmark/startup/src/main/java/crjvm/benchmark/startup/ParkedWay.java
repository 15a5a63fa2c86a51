package crjvm.benchmark.startup;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An image of which one copy is parked before each start, which then takes it. */
final class ParkedWay extends Way {
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

  /** The kernel has done by then what it does after much memory was mapped. */
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(300);

  private static final String PARKED = " parked, ";

  private final CrjvmWay restored;
  private Child pool;

  ParkedWay(CrjvmWay restored) {
    super(restored.place(), restored.application(), Variant.PARKED);
    this.restored = restored;
  }

  @Override
  void prepare() throws Failure, InterruptedException, IOException {
    List<String> command =
        List.of(
            place().crjvm(),
            "park",
            "--image",
            restored.image().toString(),
            "--refill-after",
            "3600");
    pool = place().startAsUser(command, place().newLog("pool"));
    long deadline = System.nanoTime() + LIMIT;
    while (!pool.output().contains(PARKED)) {
      if (!pool.isAlive() || System.nanoTime() > deadline) {
        throw new Failure("no copy is parked" + pool.tail());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    LockSupport.parkNanos(REST);
  }

  @Override
  Child start() throws Failure, InterruptedException {
    return restored.start();
  }

  /** The process that was killed stood in front of the copy, whose keeper ends it. */
  @Override
  void finish() throws Failure {
    if (pool != null) {
      pool.kill();
      pool = null;
    }
    while (!application().isTool() && isAnswered(application().port())) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private static boolean isAnswered(int port) {
    try (Probe probe = Probe.connect(port)) {
      return probe != null;
    } catch (IOException e) {
      return true; // The copy has ended meanwhile, so the next one is refused.
    }
  }
}
