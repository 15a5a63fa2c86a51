package crjvm;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * What an application may ask of crjvm without org.crac. Without the agent nothing is ever called,
 * and {@link #isPresent} is false.
 */
public final class Crjvm {
  private static final int MOST_PORT = 65535;

  private Crjvm() {}

  /** Whether the agent is there, so that this process can be checkpointed or was restored. */
  public static boolean isPresent() {
    return AgentLink.isPresent();
  }

  /**
   * Makes a checkpoint in this thread, in a restored process as well. Does the same as org.crac's
   * {@code Core.checkpointRestore()}: returns in the original process when it carries on ({@code
   * then=continue}), and in every process that is restored from the image. The image goes where the
   * system property {@code crjvm.image} says, else to the agent's {@code image=}.
   *
   * @throws CheckpointException no image was made, for the reasons in its suppressed exceptions
   * @throws RestoreException callbacks failed afterwards
   * @throws UnsupportedOperationException the agent is not there, or its options were refused
   */
  public static void checkpoint() throws CheckpointException, RestoreException {
    AgentLink.checkpoint();
  }

  /**
   * Registers for every checkpoint to come, one that runs already excepted. The listener is held
   * strongly; registering it twice calls it twice. It takes its turn among the resources of
   * org.crac: {@code beforeCheckpoint} in reverse order of registration, {@code afterRestore} in
   * order.
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
   * Says which settings this application reads again in a restored process, so that a start with
   * others than those of the checkpoint need not say that they have no effect. Counts for every
   * image to come.
   *
   * @param patterns names of environment variables ({@code SERVER_PORT}), and {@code -D} with names
   *     of system properties ({@code -Dserver.port}); {@code *} stands for any text
   */
  public static void rereads(String... patterns) {
    AgentLink.rereads(List.of(patterns));
  }

  /**
   * Says which settings tell where this process listens. A start with another port in one of them
   * listens there, as with {@code crjvm run --listen}, for every image to come.
   *
   * @param port of TCP, 1 to 65535, at which this process listens now
   * @param settings names of environment variables ({@code SERVER_PORT}), {@code -D} with names of
   *     system properties ({@code -Dserver.port}), or beginnings of arguments without their equals
   *     sign ({@code --server.port}); of several that a start has the first in this list counts
   * @throws IllegalArgumentException it is no port
   */
  public static void portFollows(int port, String... settings) {
    if (port < 1 || port > MOST_PORT) {
      throw new IllegalArgumentException(port + " is no port");
    }
    AgentLink.portFollows(port, List.of(settings));
  }

  /**
   * Registers for every restore to come. The listener is held strongly; registering it twice calls
   * it twice.
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
