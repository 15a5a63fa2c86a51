package crjvm.agent.connection;

import crjvm.agent.message.JdkLack;
import java.io.FileDescriptor;
import java.net.SocketImpl;
import java.nio.channels.Channel;
import java.util.OptionalInt;

/** The descriptors of the JDK's sockets and channels. */
final class SocketObjects {
  private SocketObjects() {}

  /** Empty: it is closed, or no socket. */
  static OptionalInt descriptor(Object object) {
    try {
      if (object instanceof SocketImpl) {
        int closing = Members.field(object.getClass(), "ST_CLOSING").getInt(null);
        FileDescriptor descriptor = (FileDescriptor) Members.get(object, "fd");
        return descriptor == null || Members.getInt(object, "state") >= closing
            ? OptionalInt.empty()
            : OptionalInt.of(number(descriptor));
      } else if (object instanceof Channel channel && channel.isOpen()) {
        return OptionalInt.of(number((FileDescriptor) Members.get(object, "fd")));
      }
    } catch (ReflectiveOperationException e) {
      JdkLack.lose("lines about open connections do not say whose they are", e);
    }
    return OptionalInt.empty();
  }

  private static int number(FileDescriptor descriptor) throws ReflectiveOperationException {
    return Members.getInt(descriptor, "fd");
  }
}
