package crjvm;

import java.util.List;

/**
 * Something that is to happen in each restored process before the checkpoint counts as left behind.
 */
@FunctionalInterface
public interface RestoreListener {
  /**
   * Called in registration order, after environment, system properties, working directory and
   * process id are those of the restored process. Other threads of the application are running
   * already.
   *
   * @param arguments the arguments of this start; those of the checkpoint if {@code crjvm run} got
   *     none
   * @throws Exception is reported on stderr; the application goes on
   */
  void onRestore(List<String> arguments) throws Exception;
}
