package crjvm.it.framework;

import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An application of a framework that serves.
 *
 * @param folder its working directory
 * @param restored whether it is a copy, or the normal start
 * @param securePort where it serves TLS, with the key; 0 if it does not
 */
public record FrameworkProcess(
    RunningProcess process,
    Path folder,
    int port,
    boolean restored,
    int securePort,
    ServerKey key) {
  String ask(String pathAndQuery) throws IOException {
    return Http.ask(port, pathAndQuery);
  }
}
