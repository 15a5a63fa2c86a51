package crjvm.agent.options;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The warm-up, the application's work between warm point and checkpoint: the option {@code warmup}.
 */
public sealed interface WarmUp {
  /** GET requests. */
  record Requests(List<Repeated> each) implements WarmUp {
    /** Returns the number of requests in all. */
    public int total() {
      return each.stream().mapToInt(Repeated::count).sum();
    }
  }

  /** One request, repeated several times. */
  record Repeated(URI url, int count) {}

  /**
   * Requests in a file.
   *
   * @param count the number of times that each of them is sent
   */
  record RequestFile(Path path, int count) implements WarmUp {}

  /** A command line for the shell. */
  record Command(String line) implements WarmUp {}
}
