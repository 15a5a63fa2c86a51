package crjvm.agent.warmup;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A mixture of several repeated requests, in which all of them progress at the same rate. If they
 * ran one after the other, the first one would be cold again at the end of the last, because
 * HotSpot discards compiled code that is not used for a while.
 */
final class MixedRequests {
  private final List<WarmUpRequest.Repeated> repeated;
  private final int[] sent;

  MixedRequests(List<WarmUpRequest.Repeated> repeated) {
    this.repeated = repeated;
    sent = new int[repeated.size()];
  }

  /** Returns the next request, or nothing if there is none left. */
  synchronized Optional<WarmUpRequest> next() {
    int next = -1;
    for (int i = 0; i < sent.length; i++) {
      boolean isLeft = sent[i] < repeated.get(i).count();
      if (isLeft && (next < 0 || part(i) < part(next))) {
        next = i;
      }
    }
    if (next < 0) {
      return Optional.empty();
    }
    sent[next]++;
    return Optional.of(repeated.get(next).request());
  }

  /** Returns the part of one request's repetitions that has been sent, from 0 to 1. */
  private double part(int index) {
    return (double) sent[index] / repeated.get(index).count();
  }

  /** Drops all remaining requests. */
  synchronized void end() {
    Arrays.setAll(sent, i -> repeated.get(i).count());
  }
}
