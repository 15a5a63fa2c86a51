package crjvm;

import java.util.List;

/**
 * A part of the application that has to release resources that can't be in an image, and acquires
 * them again afterwards. It is either registered with {@link Crjvm#register}, or a service: a class
 * with a public constructor without parameters, named in {@code
 * META-INF/services/crjvm.CheckpointListener}.
 */
public interface CheckpointListener {
  /**
   * Releases resources before the dump, while all threads are running.
   *
   * @throws Exception if no image can be made; all other listeners are called nevertheless
   */
  default void beforeCheckpoint() throws Exception {}

  /**
   * Acquires resources again. It is called in every restored process, after environment, system
   * properties, working directory and process id are those of that process. It is also called in
   * the original process if that continues after the checkpoint or because there was none, even if
   * {@link #beforeCheckpoint} threw an exception.
   *
   * @param arguments the arguments of this start, or those of the checkpoint if {@code crjvm run}
   *     got none
   * @throws Exception if the callback fails; the application continues, and the caller of the
   *     checkpoint gets the exception, or stderr reports it if there is no caller
   */
  default void afterRestore(List<String> arguments) throws Exception {}
}
