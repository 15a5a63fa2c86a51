package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The step that updates sockets that the launcher's {@code --listen} has moved. It changes the
 * local addresses that the JDK caches, and sets the system properties {@code crjvm.listen.OLD}
 * (TCP) and {@code crjvm.listen.udp.OLD} to the new ports.
 */
final class PortsStep implements RestoreStep {
  private static final String KEY = "port.";

  private final JdkSockets sockets = new JdkSockets();
  private final Map<Class<?>, Field> descriptors = new HashMap<>();
  private final Map<Class<?>, Field> localAddresses = new HashMap<>();
  private final Class<?> plainSocket = JdkInside.type("java.net.SocketImpl");
  private final Field descriptorOfPlain = JdkInside.field(plainSocket, "fd");
  private final Field localPort = JdkInside.field(plainSocket, "localport");
  private final Field number = JdkInside.field(FileDescriptor.class, "fd");
  private final Method askKernel;
  private final List<WeakReference<Object>> known = new ArrayList<>();

  PortsStep() throws ReflectiveOperationException {
    for (String name : List.of("ServerSocketChannelImpl", "DatagramChannelImpl")) {
      Class<?> type = JdkInside.type("sun.nio.ch." + name);
      descriptors.put(type, JdkInside.field(type, "fd"));
      localAddresses.put(type, JdkInside.field(type, "localAddress"));
    }
    Class<?> net = JdkInside.type("sun.nio.ch.Net");
    askKernel = JdkInside.method(net, "localAddress", FileDescriptor.class);
    // A thread that is blocked now may be busy at the restore.
    for (Object object : sockets.find()) {
      if (descriptorOf(object) != null) {
        known.add(new WeakReference<>(object));
      }
    }
  }

  @Override
  public String name() {
    return "ports";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message)
      throws ReflectiveOperationException, IOException {
    Map<Integer, String> moved = new HashMap<>();
    for (Map.Entry<String, String> entry : message.values().entrySet()) {
      if (entry.getKey().startsWith(KEY)) {
        moved.put(Integer.valueOf(entry.getKey().substring(KEY.length())), entry.getValue());
      }
    }
    if (moved.isEmpty()) {
      return NOTHING;
    }
    for (String port : moved.values()) {
      setProperty(port);
    }
    for (WeakReference<Object> reference : known) {
      Object object = reference.get();
      if (object != null) {
        update(object, moved);
      }
    }
    for (Object object : sockets.find()) {
      update(object, moved);
    }
    return () -> describe(moved.values());
  }

  private static String describe(Collection<String> ports) {
    return ports.stream()
        .map(port -> port.replaceFirst("(.*) (.*) (.*)", "$1 $2 -> $3"))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** Sets the property for a port, {@code TRANSPORT OLD NEW}. */
  private static void setProperty(String port) throws IOException {
    String[] words = port.split(" ", -1);
    if (words.length != 3) {
      throw new IOException("the restore message has a port \"" + port + "\"");
    }
    String transport = words[0].equals("udp") ? "udp." : "";
    System.setProperty("crjvm.listen." + transport + words[1], words[2]);
  }

  private void update(Object object, Map<Integer, String> moved)
      throws ReflectiveOperationException {
    FileDescriptor descriptor = descriptorOf(object);
    if (descriptor == null || !moved.containsKey(number.getInt(descriptor))) {
      return;
    }
    try {
      InetSocketAddress address = (InetSocketAddress) askKernel.invoke(null, descriptor);
      Field field = localAddresses.get(object.getClass());
      if (field != null) {
        field.set(object, address);
      } else {
        localPort.setInt(object, address.getPort());
      }
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IOException)) {
        throw e;
      }
      // The application has closed it.
    }
  }

  /** Returns the descriptor, or null if the object is not a socket that can be moved. */
  private FileDescriptor descriptorOf(Object object) throws IllegalAccessException {
    if (plainSocket.isInstance(object)) {
      return (FileDescriptor) descriptorOfPlain.get(object);
    }
    Field field = descriptors.get(object.getClass());
    return field == null ? null : (FileDescriptor) field.get(object);
  }
}
