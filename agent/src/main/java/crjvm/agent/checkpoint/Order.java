package crjvm.agent.checkpoint;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One checkpoint, as somebody wants it.
 *
 * @param image absolute
 * @param isLast the original process ends after it
 * @param ready is told in the original when the image is there, with the line that says so
 */
public record Order(Path image, boolean isLast, Consumer<String> ready) {}
