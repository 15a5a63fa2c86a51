package crjvm.agent.checkpoint.order;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One checkpoint, as somebody wants it.
 *
 * @param image absolute
 * @param isLast the original process ends after it
 * @param trainingFile the command lines that the image is checked with; empty: it is of no tool
 *     that is about to begin
 * @param ready is told in the original when the image is there, with the line that says so
 */
public record Order(
    Path image, boolean isLast, Optional<Path> trainingFile, Consumer<String> ready) {
  /** Whatever the application does at that moment. */
  public static Order onRequest(Path image, boolean isLast, Consumer<String> ready) {
    return new Order(image, isLast, Optional.empty(), ready);
  }
}
