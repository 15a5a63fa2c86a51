package crjvm.agent.checkpoint.order;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The order to make one checkpoint.
 *
 * @param image the absolute path of the image
 * @param isLast whether the original process ends after it
 * @param trainingFile the command lines that are used to check the image; empty: the process is not
 *     a tool before its main method
 * @param ready receives the message about the finished image, in the original process
 */
public record Order(
    Path image, boolean isLast, Optional<Path> trainingFile, Consumer<String> ready) {
  /** Returns an order of {@code crjvm checkpoint PID}, which comes at any moment. */
  public static Order fromOutside(Path image, boolean isLast, Consumer<String> ready) {
    return new Order(image, isLast, Optional.empty(), ready);
  }
}
