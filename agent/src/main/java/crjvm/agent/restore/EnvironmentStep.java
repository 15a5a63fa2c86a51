package crjvm.agent.restore;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jna.Kernel;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The step that changes {@code java.lang.ProcessEnvironment.theEnvironment}, which {@code
 * System.getenv} reads, and the C library's environ, which children inherit. Only variables that
 * differ are changed.
 */
final class EnvironmentStep implements RestoreStep {
  private final Map<Object, Object> environment;
  private final Map<String, Known> known = new HashMap<>();
  private final Method variableOf;
  private final Method valueOf;
  private final Method bytesOf;

  /** A variable that is set. */
  private static final class Known {
    private final Object name;
    private final byte[] value;
    private boolean isWanted;

    Known(Object name, byte[] value) {
      this.name = name;
      this.value = value;
    }

    boolean hasValue(byte[] line, int from) {
      return Arrays.equals(line, from, line.length, value, 0, value.length);
    }
  }

  @SuppressWarnings("unchecked") // HashMap<Variable, Value>: private types
  EnvironmentStep() throws ReflectiveOperationException {
    Class<?> owner = JdkInside.type("java.lang.ProcessEnvironment");
    environment = (Map<Object, Object>) JdkInside.field(owner, "theEnvironment").get(null);
    variableOf = method(owner.getName() + "$Variable", "valueOf", byte[].class);
    valueOf = method(owner.getName() + "$Value", "valueOf", byte[].class);
    bytesOf = method(owner.getName() + "$ExternalData", "getBytes");
    prepare();
  }

  private static Method method(String type, String name, Class<?>... parameters) throws JdkLack {
    return JdkInside.method(JdkInside.type(type), name, parameters);
  }

  @Override
  public String name() {
    return "environment";
  }

  /** Reads the entries, so that entries that do not change need not be made again. */
  @Override
  public void prepare() throws ReflectiveOperationException {
    known.clear();
    for (Map.Entry<Object, Object> entry : environment.entrySet()) {
      byte[] name = bytes(entry.getKey());
      known.put(text(name, name.length), new Known(entry.getKey(), bytes(entry.getValue())));
    }
  }

  private static String text(byte[] line, int length) {
    return new String(line, 0, length, StandardCharsets.ISO_8859_1); // any bytes
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    List<Object> set = new ArrayList<>();
    for (Known each : known.values()) {
      each.isWanted = false;
    }
    for (byte[] line : message.environment()) {
      int equals = indexOfEquals(line);
      if (equals < 0) {
        continue;
      }
      Known same = known.get(text(line, equals));
      if (same == null || !same.hasValue(line, equals + 1)) {
        same = put(line, equals);
        set.add(same.name);
      }
      same.isWanted = true;
    }
    List<Object> removed = removeOthers();
    return set.isEmpty() && removed.isEmpty() ? NOTHING : () -> describe(set, removed);
  }

  private Known put(byte[] line, int equals) throws ReflectiveOperationException {
    byte[] name = Arrays.copyOf(line, equals);
    byte[] value = Arrays.copyOfRange(line, equals + 1, line.length);
    Known entry = new Known(variableOf.invoke(null, (Object) name), value);
    environment.put(entry.name, valueOf.invoke(null, (Object) value));
    Kernel.setEnvironment(name, value);
    known.put(text(name, equals), entry);
    return entry;
  }

  /** Returns a description with names only, because values may be secrets. */
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

  private List<Object> removeOthers() throws ReflectiveOperationException {
    List<Object> removed = new ArrayList<>();
    for (Iterator<Known> all = known.values().iterator(); all.hasNext(); ) {
      Known each = all.next();
      if (!each.isWanted) {
        all.remove();
        environment.remove(each.name);
        Kernel.unsetEnvironment(bytes(each.name));
        removed.add(each.name);
      }
    }
    return removed;
  }

  /** Returns the present environment as bytes of {@code NAME=value}. */
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

  /**
   * Returns the index of the equals sign as the JDK finds it. A name may begin with an equals sign,
   * and lines without one are ignored.
   */
  private static int indexOfEquals(byte[] line) {
    for (int i = 1; i < line.length; i++) {
      if (line[i] == '=') {
        return i;
      }
    }
    return -1;
  }
}
