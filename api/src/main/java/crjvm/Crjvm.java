package crjvm;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * The functions of crjvm for applications that do not use org.crac. Without the agent no listener
 * is ever called, and {@link #isPresent} is false.
 */
public final class Crjvm {
  private static final int MOST_PORT = 65535;

  private Crjvm() {}

  /**
   * Returns whether this JVM has the agent, so that the process was restored or may be
   * checkpointed. An agent whose options were refused is present, too, but makes no checkpoints.
   */
  public static boolean isPresent() {
    return AgentLink.isPresent();
  }

  /**
   * Makes a checkpoint in this thread, also in a restored process. It does the same as org.crac's
   * {@code Core.checkpointRestore()}: it returns in the original process if that continues ({@code
   * then=continue}), and in every process that is restored from the image. The system property
   * {@code crjvm.image} says where the image is written; otherwise the agent's {@code image=} does.
   *
   * @throws CheckpointException if no image was made, for the reasons in its suppressed exceptions
   * @throws RestoreException if callbacks failed afterwards
   * @throws UnsupportedOperationException if the agent is not present, or its options were refused
   */
  public static void checkpoint() throws CheckpointException, RestoreException {
    AgentLink.checkpoint();
  }

  /**
   * Registers a listener for all future checkpoints, but not for one that is already running. The
   * listener is strongly referenced. If it is registered twice, it is called twice. It is called in
   * sequence with the resources of org.crac: {@code beforeCheckpoint} in reverse order of
   * registration, {@code afterRestore} in order of registration.
   */
  public static void register(CheckpointListener listener) {
    Objects.requireNonNull(listener);
    AgentLink.register(
        () -> {
          listener.beforeCheckpoint();
          return null;
        },
        () -> {
          listener.afterRestore(AgentLink.arguments());
          return null;
        });
  }

  /**
   * Declares which settings this application reads again in a restored process. A start with values
   * that differ from those of the checkpoint then does not warn that they have no effect. This
   * applies to all future images.
   *
   * @param patterns names of environment variables ({@code SERVER_PORT}), and {@code -D} with names
   *     of system properties ({@code -Dserver.port}); {@code *} stands for any text
   */
  public static void rereads(String... patterns) {
    AgentLink.rereads(List.of(patterns));
  }

  /**
   * Declares which settings contain the port on which this process listens. A start with another
   * port in one of them listens on that port, as with {@code crjvm run --listen}. This applies to
   * all future images.
   *
   * @param port the TCP port on which this process listens now, 1 to 65535
   * @param settings names of environment variables ({@code SERVER_PORT}), {@code -D} with names of
   *     system properties ({@code -Dserver.port}), or beginnings of arguments without their equals
   *     sign ({@code --server.port}); if a start has several of them, the first in this list counts
   * @throws IllegalArgumentException if the number is not a port
   */
  public static void portFollows(int port, String... settings) {
    if (port < 1 || port > MOST_PORT) {
      throw new IllegalArgumentException(port + " is not a port");
    }
    AgentLink.portFollows(port, List.of(settings));
  }

  /**
   * Registers a listener for all future restores. The listener is strongly referenced. If it is
   * registered twice, it is called twice.
   */
  public static void onRestore(RestoreListener listener) {
    Objects.requireNonNull(listener);
    Callable<Void> call =
        () -> {
          listener.onRestore(AgentLink.arguments());
          return null;
        };
    AgentLink.onRestore(call);
  }
}
