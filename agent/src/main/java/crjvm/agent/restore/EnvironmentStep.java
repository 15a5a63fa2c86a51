package crjvm.agent.restore;

import crjvm.agent.os.Kernel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code java.lang.ProcessEnvironment.theEnvironment}, which {@code System.getenv} reads, and the C
 * library's environ, which children inherit: both get what differs.
 */
final class EnvironmentStep implements RestoreStep {
  private final Map<Object, Object> environment;
  private final Method variableOf;
  private final Method valueOf;
  private final Method bytesOf;

  @SuppressWarnings("unchecked") // HashMap<Variable, Value>: private types
  EnvironmentStep() throws ReflectiveOperationException {
    Class<?> owner = Class.forName("java.lang.ProcessEnvironment");
    Field map = owner.getDeclaredField("theEnvironment");
    map.setAccessible(true);
    environment = (Map<Object, Object>) map.get(null);
    variableOf = method(owner.getName() + "$Variable", "valueOf", byte[].class);
    valueOf = method(owner.getName() + "$Value", "valueOf", byte[].class);
    bytesOf = method(owner.getName() + "$ExternalData", "getBytes");
  }

  private static Method method(String type, String name, Class<?>... parameters)
      throws ReflectiveOperationException {
    Method method = Class.forName(type).getDeclaredMethod(name, parameters);
    method.setAccessible(true);
    return method;
  }

  @Override
  public String name() {
    return "environment";
  }

  @Override
  public Supplier<String> apply(RestoreRequest request) throws ReflectiveOperationException {
    Map<Object, Object> wanted = new HashMap<>();
    for (byte[] line : request.environment()) {
      int equals = indexOfEquals(line);
      if (equals > 0) {
        wanted.put(
            variableOf.invoke(null, (Object) Arrays.copyOf(line, equals)),
            valueOf.invoke(null, (Object) Arrays.copyOfRange(line, equals + 1, line.length)));
      }
    }
    List<Object> removed = removeOthers(wanted);
    List<Object> set = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : wanted.entrySet()) {
      if (!entry.getValue().equals(environment.get(entry.getKey()))) {
        set.add(entry.getKey());
        environment.put(entry.getKey(), entry.getValue());
        Kernel.setEnvironment(bytes(entry.getKey()), bytes(entry.getValue()));
      }
    }
    return set.isEmpty() && removed.isEmpty() ? NOTHING : () -> describe(set, removed);
  }

  /** Values may be secrets. */
  private static String describe(List<Object> set, List<Object> removed) {
    List<String> parts = new ArrayList<>();
    if (!set.isEmpty()) {
      parts.add(Names.count(set, "set"));
    }
    if (!removed.isEmpty()) {
      parts.add(Names.count(removed, "removed"));
    }
    return String.join(", ", parts);
  }

  private List<Object> removeOthers(Map<Object, Object> wanted)
      throws ReflectiveOperationException {
    List<Object> removed = new ArrayList<>();
    for (Iterator<Object> names = environment.keySet().iterator(); names.hasNext(); ) {
      Object name = names.next();
      if (!wanted.containsKey(name)) {
        names.remove();
        Kernel.unsetEnvironment(bytes(name));
        removed.add(name);
      }
    }
    return removed;
  }

  /** The environment as it is, {@code NAME=value}, byte by byte. */
  List<byte[]> lines() throws ReflectiveOperationException {
    List<byte[]> lines = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : environment.entrySet()) {
      byte[] name = bytes(entry.getKey());
      byte[] value = bytes(entry.getValue());
      byte[] line = Arrays.copyOf(name, name.length + 1 + value.length);
      line[name.length] = '=';
      System.arraycopy(value, 0, line, name.length + 1, value.length);
      lines.add(line);
    }
    return lines;
  }

  private byte[] bytes(Object data) throws ReflectiveOperationException {
    return (byte[]) bytesOf.invoke(data);
  }

  /** As the JDK does: a name may begin with an equals sign, lines without one are ignored. */
  private static int indexOfEquals(byte[] line) {
    for (int i = 1; i < line.length; i++) {
      if (line[i] == '=') {
        return i;
      }
    }
    return -1;
  }
}
