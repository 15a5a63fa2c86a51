package crjvm.agent.os;

import java.io.IOException;

/** Starts processes; tests put their own in its place. */
@FunctionalInterface
public interface ProcessFactory {
  Process start(ProcessBuilder builder) throws IOException;
}
