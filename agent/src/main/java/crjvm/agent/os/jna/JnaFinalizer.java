package crjvm.agent.os.jna;

import com.sun.jna.Native;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.ref.Reference;
import java.lang.reflect.Field;

/**
 * The only object of JNA with a finalizer, which has to be removed from the JVM's list. It lives as
 * long as JNA, so its finalizer never runs. But JDK 17's ZGC marks the objects that a finalizable
 * object reaches before all others, including the targets of weak references. As a result, unused
 * classes of the application were kept for some collections or forever.
 */
final class JnaFinalizer {
  private JnaFinalizer() {}

  /** Removes the object. java.lang.ref has to be open. */
  static void disarm() throws ReflectiveOperationException {
    Object finalizable = JdkInside.field(Native.class, "finalizer").get(null);
    Class<?> type = JdkInside.type("java.lang.ref.Finalizer");
    Field next = JdkInside.field(type, "next");
    synchronized (JdkInside.field(type, "lock").get(null)) {
      Object each = JdkInside.field(type, "unfinalized").get(null);
      while (each != null) {
        Reference<?> reference = (Reference<?>) each;
        if (refersTo(reference, finalizable)) {
          clear(reference);
          return;
        }
        each = next.get(each);
      }
    }
  }

  private static void clear(Reference<?> reference) {
    try {
      reference.clear();
    } catch (AssertionError e) {
      // With -esa the JDK asserts that the object is about to be finalized. Then the object stays
      // in the list.
    }
  }

  @SuppressWarnings("unchecked")
  private static boolean refersTo(Reference<?> reference, Object object) {
    return ((Reference<Object>) reference).refersTo(object);
  }
}
