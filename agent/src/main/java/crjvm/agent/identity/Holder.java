package crjvm.agent.identity;

import java.util.List;
import java.util.Map;

/**
 * Knows what a library keeps that copies of a process would share, and should not. Written for
 * certain releases: what another one has otherwise costs a line, or the image.
 */
interface Holder {
  /** Classes whose objects are looked at, those of subclasses among them. */
  default List<String> objects() {
    return List.of();
  }

  /**
   * Classes that are looked at themselves, and their static fields that are final: compiled code
   * would have the values in it.
   */
  default Map<String, List<String>> statics() {
    return Map.of();
  }

  /**
   * Classes whose objects are known only to an agent that comes before they are made.
   *
   * @param loaded the classes with static fields, of this holder and of others
   */
  default List<String> unknownLater(List<Class<?>> loaded) throws ReflectiveOperationException {
    return objects();
  }

  /**
   * Looks at an object of one of these classes, or at one of the classes itself.
   *
   * @throws ReflectiveOperationException the release is another one
   */
  void look(Object owner, Found found) throws ReflectiveOperationException;
}
