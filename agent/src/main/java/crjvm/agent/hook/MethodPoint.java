package crjvm.agent.hook;

import net.bytebuddy.jar.asm.MethodVisitor;

/** A method of the JDK's into which a call is inserted. */
interface MethodPoint {
  /** The class, with slashes. */
  String type();

  String method();

  /** Whether it is the one with this descriptor. */
  boolean fits(String descriptor);

  /** The method with the call in it. */
  MethodVisitor into(MethodVisitor method, int access, String descriptor);
}
