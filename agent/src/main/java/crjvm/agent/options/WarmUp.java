package crjvm.agent.options;

import java.net.URI;
import java.util.List;

/**
 * What the application is given to do between warm point and checkpoint: the option {@code warmup}.
 */
public sealed interface WarmUp {
  /** GET requests. */
  record Requests(List<Series> series) implements WarmUp {
    /** The sum over all series. */
    public int total() {
      return series.stream().mapToInt(Series::count).sum();
    }
  }

  /** The same request, several times. */
  record Series(URI url, int count) {}

  /** A command line for the shell. */
  record Command(String line) implements WarmUp {}
}
