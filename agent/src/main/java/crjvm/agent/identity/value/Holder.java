package crjvm.agent.identity.value;

import java.util.List;
import java.util.Map;

/**
 * The code that knows which values of one library copies of a process would share but should not.
 * It was written for certain releases of the library. Another release may store the values
 * differently. Then a warning is printed, or the checkpoint is refused.
 */
public interface Holder {
  /** Returns the names of classes whose objects are examined, including objects of subclasses. */
  default List<String> objects() {
    return List.of();
  }

  /**
   * Returns the names of classes that are examined themselves, with their static final fields.
   * Compiled code would contain the values of these fields.
   */
  default Map<String, List<String>> statics() {
    return Map.of();
  }

  /**
   * Returns the names of classes whose objects the agent knows only if it is loaded before they are
   * made.
   *
   * @param loaded the classes with static fields, of this holder and of others
   */
  default List<String> unknownLater(List<Class<?>> loaded) throws ReflectiveOperationException {
    return objects();
  }

  /**
   * Examines an object of one of these classes, or one of the classes itself.
   *
   * @throws ReflectiveOperationException the library has another release
   */
  void look(Object owner, Found found) throws ReflectiveOperationException;
}
