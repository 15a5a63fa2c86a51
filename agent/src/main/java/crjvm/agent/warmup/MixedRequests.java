package crjvm.agent.warmup;

import crjvm.agent.options.WarmUp;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A mixture of the requests of several series, in which all series progress at the same rate. If
 * they ran one after the other, the first series would be cold again at the end of the last,
 * because HotSpot discards compiled code that is not used for a while.
 */
final class MixedRequests {
  private final List<WarmUp.Series> series;
  private final int[] sent;

  MixedRequests(List<WarmUp.Series> series) {
    this.series = series;
    sent = new int[series.size()];
  }

  /** Returns the next request, or nothing if there is none left. */
  synchronized Optional<URI> next() {
    int next = -1;
    for (int i = 0; i < sent.length; i++) {
      boolean isLeft = sent[i] < series.get(i).count();
      if (isLeft && (next < 0 || part(i) < part(next))) {
        next = i;
      }
    }
    if (next < 0) {
      return Optional.empty();
    }
    sent[next]++;
    return Optional.of(series.get(next).url());
  }

  /** Returns the part of the series that has been sent, from 0 to 1. */
  private double part(int index) {
    return (double) sent[index] / series.get(index).count();
  }

  /** Drops all remaining requests. */
  synchronized void end() {
    Arrays.setAll(sent, i -> series.get(i).count());
  }
}
