package crjvm.agent.connection;

import crjvm.agent.library.Members;
import crjvm.agent.message.JdkLack;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketImpl;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
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

  /** Whether it is there to listen, or does already. */
  static boolean listens(Object object) {
    if (object instanceof SocketImpl) {
      try {
        return Members.getInt(object, "port") == 0; // the other side's
      } catch (ReflectiveOperationException | RuntimeException e) {
        return false;
      }
    }
    return object instanceof ServerSocketChannel
        || object instanceof AsynchronousServerSocketChannel;
  }

  /** The port that it listens on; empty: it does not, or no longer. */
  static OptionalInt listeningPort(Object object) {
    try {
      if (!listens(object) || descriptor(object).isEmpty()) {
        return OptionalInt.empty();
      } else if (object instanceof SocketImpl) {
        return OptionalInt.of(Members.getInt(object, "localport"));
      }
      return ((NetworkChannel) object).getLocalAddress() instanceof InetSocketAddress address
          ? OptionalInt.of(address.getPort())
          : OptionalInt.empty(); // of the machine itself
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      return OptionalInt.empty();
    }
  }

  private static int number(FileDescriptor descriptor) throws ReflectiveOperationException {
    return Members.getInt(descriptor, "fd");
  }
}
