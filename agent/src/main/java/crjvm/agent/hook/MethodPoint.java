package crjvm.agent.hook;

import net.bytebuddy.jar.asm.MethodVisitor;

/** A method of the JDK into which a call is inserted. */
public interface MethodPoint {
  /** Returns the name of the class, with slashes. */
  String type();

  String method();

  /** Returns whether a method with this descriptor is the one. */
  boolean fits(String descriptor);

  /** Returns a visitor that inserts the call into the method. */
  MethodVisitor into(MethodVisitor method, int access, String descriptor);
}
