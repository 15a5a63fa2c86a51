package crjvm.agent.os.jdk;

import crjvm.agent.message.JdkLack;
import java.lang.reflect.Method;

/**
 * A test whether classes are initialised, which does not initialise them. To read a static field
 * would initialise its class.
 */
public final class ClassState {
  private final Object unsafe;
  private final Method shouldBeInitialized;

  public ClassState() throws JdkLack {
    Class<?> type = JdkInside.type("jdk.internal.misc.Unsafe");
    shouldBeInitialized = JdkInside.method(type, "shouldBeInitialized", Class.class);
    try {
      unsafe = JdkInside.method(type, "getUnsafe").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new JdkLack(type.getName());
    }
  }

  public boolean isInitialised(Class<?> type) throws ReflectiveOperationException {
    return !(Boolean) shouldBeInitialized.invoke(unsafe, type);
  }
}
