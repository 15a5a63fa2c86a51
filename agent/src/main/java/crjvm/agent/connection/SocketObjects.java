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

  /** Returns the descriptor, or nothing if the object is closed or is not a socket. */
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

  /** Returns whether the object is made to listen, even if it does not listen yet. */
  static boolean listens(Object object) {
    if (object instanceof SocketImpl) {
      try {
        return Members.getInt(object, "port") == 0; // This field has the remote port.
      } catch (ReflectiveOperationException | RuntimeException e) {
        return false;
      }
    }
    return object instanceof ServerSocketChannel
        || object instanceof AsynchronousServerSocketChannel;
  }

  /** Returns the port that the object listens on, or nothing if it does not listen. */
  static OptionalInt listeningPort(Object object) {
    try {
      if (!listens(object) || descriptor(object).isEmpty()) {
        return OptionalInt.empty();
      } else if (object instanceof SocketImpl) {
        return OptionalInt.of(Members.getInt(object, "localport"));
      }
      return ((NetworkChannel) object).getLocalAddress() instanceof InetSocketAddress address
          ? OptionalInt.of(address.getPort())
          : OptionalInt.empty(); // It is a UNIX domain socket.
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      return OptionalInt.empty();
    }
  }

  private static int number(FileDescriptor descriptor) throws ReflectiveOperationException {
    return Members.getInt(descriptor, "fd");
  }
}
