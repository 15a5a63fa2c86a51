package crjvm.agent.warmup;

import crjvm.agent.options.WarmUp;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The requests of several series, mixed: each series is at the same part of its way. One after the
 * other would not do: HotSpot gives up compiled code that is not used for a while, so that the
 * first series would be cold again at the end of the last.
 */
final class MixedSeries {
  private final List<WarmUp.Series> series;
  private final int[] sent;

  MixedSeries(List<WarmUp.Series> series) {
    this.series = series;
    sent = new int[series.size()];
  }

  /** The next request; empty: there is none left. */
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

  /** Of its way, from 0 to 1. */
  private double part(int index) {
    return (double) sent[index] / series.get(index).count();
  }

  /** There is none left from now on. */
  synchronized void end() {
    Arrays.setAll(sent, i -> series.get(i).count());
  }
}
