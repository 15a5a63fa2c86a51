package crjvm;

import java.util.List;

/**
 * Something that has to let go of what can't be in an image, and takes it up again afterwards.
 * Either registered with {@link Crjvm#register}, or a service: a class with a public constructor
 * without parameters, named in {@code META-INF/services/crjvm.CheckpointListener}.
 */
public interface CheckpointListener {
  /**
   * Called before the dump, with all threads running.
   *
   * @throws Exception no image is made; every listener is called all the same
   */
  default void beforeCheckpoint() throws Exception {}

  /**
   * Called in every restored process, after environment, system properties, working directory and
   * process id are those of that process; and in the original process, when it goes on after the
   * checkpoint or because there was none. Also when {@link #beforeCheckpoint} threw.
   *
   * @param arguments the arguments of this start; those of the checkpoint if {@code crjvm run} got
   *     none
   * @throws Exception the application goes on; whoever asked for the checkpoint gets it, else it is
   *     reported on stderr
   */
  default void afterRestore(List<String> arguments) throws Exception {}
}
