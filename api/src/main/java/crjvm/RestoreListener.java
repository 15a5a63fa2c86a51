package crjvm;

import java.util.List;

/** An action for each restored process, which happens before the checkpoint call returns. */
@FunctionalInterface
public interface RestoreListener {
  /**
   * Performs the action. Listeners are called in order of registration, after environment, system
   * properties, working directory and process id are those of the restored process. Other threads
   * of the application are already running.
   *
   * @param arguments the arguments of this start, or those of the checkpoint if {@code crjvm run}
   *     got none
   * @throws Exception if the action fails; stderr reports it, and the application continues
   */
  void onRestore(List<String> arguments) throws Exception;
}
