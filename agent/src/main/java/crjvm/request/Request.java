package crjvm.request;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is asked of a running JVM.
 *
 * @param image where an image is to be made, absolute; empty: only what would be lost is asked for
 * @param stops the JVM ends when the image is there
 */
public record Request(Optional<Path> image, boolean stops) {
  /** Begins a line about what is in the way of an image. */
  public static final String OBSTACLE = "in the way: ";

  /** Begins a line about what restored processes would not have, or what else there is to know. */
  public static final String NOTE = "to know: ";
}
