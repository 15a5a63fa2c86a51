package crjvm.it.framework;

import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A serving application of a framework.
 *
 * @param folder its working directory
 * @param restored true for a copy, false for the normal start
 * @param securePort the port of TLS; 0 if it does not serve TLS
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
