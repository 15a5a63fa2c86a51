package crjvm.agent.hook.resource;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.List;

/**
 * A hook that tracks the JDK's sockets and channels when they connect or listen. The object that
 * listens owns the connections that it accepts, so accepting costs nothing.
 */
final class SocketHook implements TrackingHook {
  private static final String PACKAGE = "sun/nio/ch/";
  private static final String ADDRESS = "(Ljava/net/SocketAddress;";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    return List.of(
        point(receiver, "AsynchronousServerSocketChannelImpl", "bind", ADDRESS + "I)"),
        point(receiver, "NioSocketImpl", "connect", ADDRESS),
        point(receiver, "NioSocketImpl", "listen", "("),
        point(receiver, "ServerSocketChannelImpl", "bind", ADDRESS + "I)"),
        point(receiver, "SocketChannelImpl", "connect", ADDRESS),
        point(receiver, "SocketChannelImpl", "blockingConnect", ADDRESS),
        point(receiver, "UnixAsynchronousSocketChannelImpl", "implConnect", ADDRESS));
  }

  private static MethodPoint point(
      TrackedField receiver, String type, String method, String arguments) {
    return new TrackingPoint(receiver, PACKAGE + type, method, arguments, Report.THIS);
  }
}
