package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.MutableField;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/**
 * The step that sets the start time of this process in {@code RuntimeMXBean}, which tools use to
 * measure restarts and uptimes. A copy started with its restore.
 */
final class StartTimeStep implements RestoreStep {
  private final Object bean = ManagementFactory.getRuntimeMXBean();
  private final MutableField start = JdkInside.mutableField(bean.getClass(), "vmStartupTime");
  private final MutableField machine = JdkInside.mutableField(bean.getClass(), "jvm");
  private final Object before = machine.get(bean);
  private final Object after;

  StartTimeStep() throws ReflectiveOperationException {
    Class<?> type = JdkInside.type("sun.management.VMManagement");
    after =
        Proxy.isProxyClass(before.getClass()) // from an earlier restore
            ? before
            : Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer(method, arguments));
  }

  private Object answer(Method method, Object[] arguments) throws Throwable {
    long uptime = RestoreTime.uptimeMillis();
    if (method.getName().equals("getUptime") && uptime >= 0) {
      return uptime;
    }
    try {
      return method.invoke(before, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public String name() {
    return "start time";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws IllegalAccessException {
    boolean isReal = !message.imageId().equals(StartStep.NO_IMAGE);
    start.set(bean, isReal ? RestoreTime.startMillis() : start.get(bean));
    machine.set(bean, isReal ? after : machine.get(bean));
    return NOTHING;
  }
}
