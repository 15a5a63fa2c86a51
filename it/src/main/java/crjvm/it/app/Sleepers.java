package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many threads in waits of different kinds, all for the same time. */
final class Sleepers {
  private static final int STACK = 256 << 10;

  private final List<Sleeper> all = new ArrayList<>();

  /** A wait and its result. */
  private static final class Sleeper {
    private final String name;
    private final Wait wait;
    private final Wait.Clock clock;
    private final long nanos;
    private volatile boolean waits;
    private volatile long took = -1;
    private volatile long woke;
    private volatile String outcome = "waiting";

    Sleeper(String name, Wait wait, Wait.Clock clock, long nanos) {
      this.name = name;
      this.wait = wait;
      this.clock = clock;
      this.nanos = nanos;
    }

    void run() {
      long began = clock.nanos();
      waits = true;
      String result = "ok";
      try {
        wait.run(nanos);
      } catch (Exception e) {
        result = e.toString();
      }
      long ended = clock.nanos();
      woke = System.nanoTime();
      took = ended - began;
      outcome = result;
    }
  }

  void add(String name, Wait wait, Wait.Clock clock, long nanos) {
    all.add(new Sleeper(name, wait, clock, nanos));
  }

  void addAll(Map<String, Wait> waits, Wait.Clock clock, long nanos) {
    waits.forEach((name, wait) -> add(name, wait, clock, nanos));
  }

  void start() {
    for (Sleeper sleeper : all) {
      Thread thread = new Thread(null, sleeper::run, sleeper.name, STACK);
      thread.setDaemon(true);
      thread.start();
    }
    for (Sleeper sleeper : all) {
      while (!sleeper.waits) {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * Returns a line for each wait, with tabs between its fields: the clock, the time that was asked
   * for, the time that it took (-1: it is still waiting), the value of {@code System.nanoTime} when
   * it woke, the name, the outcome.
   */
  String report() {
    StringBuilder report = new StringBuilder();
    for (Sleeper sleeper : all) {
      String outcome = sleeper.outcome; // The outcome has to be read before the other fields.
      report
          .append(sleeper.clock)
          .append('\t')
          .append(sleeper.nanos)
          .append('\t')
          .append(sleeper.took)
          .append('\t')
          .append(sleeper.woke)
          .append('\t')
          .append(sleeper.name)
          .append('\t')
          .append(outcome)
          .append('\n');
    }
    return report.toString();
  }
}
