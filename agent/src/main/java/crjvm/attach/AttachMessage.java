package crjvm.attach;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A message of {@code crjvm checkpoint PID} to the agent in a running JVM.
 *
 * @param image the absolute path of the image to make; empty: the message asks only for obstacles
 *     and losses
 * @param stops whether the JVM ends when the image is finished
 */
public record AttachMessage(Optional<Path> image, boolean stops) {
  /** The beginning of a line about an obstacle to an image. */
  public static final String OBSTACLE = "in the way: ";

  /** The beginning of a line about losses in restored processes, or about other facts. */
  public static final String NOTE = "to know: ";
}
