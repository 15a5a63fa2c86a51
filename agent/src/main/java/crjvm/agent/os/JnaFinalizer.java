package crjvm.agent.os;

import com.sun.jna.Native;
import java.lang.ref.Reference;
import java.lang.reflect.Field;

/**
 * Takes JNA's one object with a finalizer off the JVM's list. It lives as long as JNA, so that its
 * finalizer never runs; but JDK 17's ZGC marks what a finalizable object reaches, weak references
 * included, before anything else may have: classes of the application that nobody uses any more
 * were then kept, at some collections or at all.
 */
final class JnaFinalizer {
  private JnaFinalizer() {}

  /** Needs java.lang.ref to be open. */
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
      // with -esa the JDK insists that the object is about to be finalized; then it stays
    }
  }

  @SuppressWarnings("unchecked")
  private static boolean refersTo(Reference<?> reference, Object object) {
    return ((Reference<Object>) reference).refersTo(object);
  }
}
