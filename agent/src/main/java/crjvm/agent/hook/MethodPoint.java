package crjvm.agent.hook;

import java.util.Optional;
import net.bytebuddy.jar.asm.MethodVisitor;

/** A method of the JDK or of a library into which a call is inserted. */
public interface MethodPoint {
  /** Returns the name of the class, with slashes. */
  String type();

  String method();

  /** Returns the beginning of the method's descriptor. */
  String arguments();

  /** Returns the field of the class that the call reads. */
  default Optional<OwnField> field() {
    return Optional.empty();
  }

  /**
   * Returns whether the call is inserted into this method of the class. A point may have several
   * methods.
   */
  default boolean fits(int access, String method, String descriptor) {
    return method.equals(method()) && descriptor.startsWith(arguments());
  }

  /** Returns a visitor that inserts the call into the method. */
  MethodVisitor into(MethodVisitor method, int access, String descriptor);
}
