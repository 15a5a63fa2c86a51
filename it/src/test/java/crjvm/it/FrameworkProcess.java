package crjvm.it;

import java.io.IOException;

/**
 * An application of a framework that serves.
 *
 * @param restored whether it is a copy, or the normal start
 */
record FrameworkProcess(RunningProcess process, int port, boolean restored) {
  String ask(String pathAndQuery) throws IOException {
    return Http.ask(port, pathAndQuery);
  }
}
