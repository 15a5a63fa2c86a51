package crjvm.image.compile.descriptor;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.InetSocket;
import crjvm.image.dump.proto.SocketOptions;
import crjvm.image.dump.proto.UnixSocket;
import crjvm.image.plan.PlanDescriptor;
import crjvm.image.plan.PlanDescriptor.Pair;
import crjvm.image.plan.PlanDescriptor.Socket;
import crjvm.image.plan.PlanDescriptor.SocketState;
import crjvm.image.plan.PlanDescriptor.SocketType;
import crjvm.image.plan.PlanOption;
import crjvm.image.plan.PlanWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles sockets. Listening and bound sockets and pairs are created again. The dump has dropped
 * connections to other hosts.
 */
final class SocketCompiler {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int TCP_LISTEN = 10;
  private static final int TCP_ESTABLISHED = 1;
  private static final int SHUT_READ = 1;
  private static final int SHUT_BOTH = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_BROADCAST = 6;
  private static final int SO_KEEPALIVE = 9;
  private static final int SO_OOBINLINE = 10;
  private static final int SO_REUSEPORT = 15;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final int O_NONBLOCK = 04000;
  private static final int FIRST_EPHEMERAL = 32768; // net.ipv4.ip_local_port_range

  /** The number of bytes that every socket buffer can hold. */
  private static final int MOST_UNREAD = 64 << 10;

  private final Dump dump;
  private final PlanWriter plan;
  private final List<String> listening = new ArrayList<>();
  private final Map<Integer, UnixSocket> unixByInode = new HashMap<>();
  private final Set<Integer> servedPorts = new HashSet<>();

  SocketCompiler(Dump dump, PlanWriter plan) throws ImageException {
    this.dump = dump;
    this.plan = plan;
    for (FdInfo descriptor : dump.descriptors()) {
      FileEntry file = dump.file(descriptor.getId());
      if (file.hasUsk()) {
        unixByInode.put(file.getUsk().getIno(), file.getUsk());
      } else if (file.hasIsk() && isListening(file.getIsk())) {
        servedPorts.add(file.getIsk().getSrcPort());
      }
    }
  }

  /** Returns the addresses that the process listens on, for users. */
  List<String> listening() {
    return listening;
  }

  void addInet(int number, int flags, InetSocket socket) throws ImageException {
    if (socket.getType() != SOCK_STREAM && socket.getType() != SOCK_DGRAM) {
      throw new ImageException(
          "descriptor "
              + number
              + " is a raw socket, which can't be in an image; close it before the checkpoint");
    }
    SocketState state = stateOf(socket);
    byte[] address = addressFor(state, socket);
    if (state == SocketState.BOUND || state == SocketState.LISTENING) {
      String protocol = socket.getType() == SOCK_STREAM ? "tcp" : "udp";
      listening.add(protocol + " " + socket.getSrcPort());
    }
    addOptions(number, socket, state);
    SocketType type = new SocketType(socket.getFamily(), socket.getType(), protocolOf(socket));
    long count = state == SocketState.LISTENING ? socket.getBacklog() : shutdown(state, socket);
    plan.add(
        new PlanDescriptor(
            number,
            flags | socket.getFlags() & O_NONBLOCK,
            new Socket(type, state, address, count)));
  }

  /**
   * Returns how a connection is shut down. A connection that a server has accepted reads as ended,
   * as if the client had closed it, which servers expect. A connection that the process has opened
   * is reset, because an orderly end might be taken for the end of an answer.
   */
  private int shutdown(SocketState state, InetSocket socket) {
    if (state != SocketState.NEW) {
      return 0;
    }
    return isAccepted(socket) ? SHUT_BOTH : socket.getShutdown();
  }

  private boolean isAccepted(InetSocket socket) {
    return socket.getDstPort() != 0 && servedPorts.contains(socket.getSrcPort());
  }

  private static boolean isListening(InetSocket socket) {
    return socket.getType() == SOCK_STREAM && socket.getState() == TCP_LISTEN;
  }

  private static int protocolOf(InetSocket socket) {
    return socket.getProto() & 0xff;
  }

  private SocketState stateOf(InetSocket socket) {
    if (isListening(socket)) {
      return SocketState.LISTENING;
    }
    if (socket.getDstPort() != 0 && socket.getType() == SOCK_DGRAM) {
      return SocketState.CONNECTED;
    }
    if (socket.getDstPort() != 0) {
      boolean isEnded = (socket.getShutdown() & SHUT_READ) != 0;
      return isEnded || isAccepted(socket) ? SocketState.NEW : SocketState.RESET;
    }
    return socket.getSrcPort() != 0 ? SocketState.BOUND : SocketState.NEW;
  }

  private static byte[] addressFor(SocketState state, InetSocket socket) {
    if (state == SocketState.NEW || state == SocketState.RESET) {
      return null;
    }
    byte[] own = address(socket, socket.getSrcPort(), socket.getSrcAddrList());
    if (state != SocketState.CONNECTED) {
      return own;
    }
    byte[] peer = address(socket, socket.getDstPort(), socket.getDstAddrList());
    byte[] both = Arrays.copyOf(peer, 2 * peer.length);
    if (socket.getSrcPort() < FIRST_EPHEMERAL) {
      System.arraycopy(own, 0, both, peer.length, own.length);
    }
    return both; // otherwise the kernel has chosen this process's port, and chooses again in each
    // copy
  }

  private static byte[] address(InetSocket socket, int port, List<Integer> words) {
    boolean six = socket.getFamily() == AF_INET6;
    ByteBuffer out = ByteBuffer.allocate(six ? 28 : 16).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) (six ? AF_INET6 : AF_INET));
    out.order(ByteOrder.BIG_ENDIAN).putShort((short) port).order(ByteOrder.LITTLE_ENDIAN);
    if (six) {
      out.putInt(0); // flow
    }
    for (int word : words) {
      if (out.remaining() >= Integer.BYTES) {
        out.putInt(word); // CRIU keeps the bytes in network order
      }
    }
    return out.array();
  }

  private void addOptions(int number, InetSocket socket, SocketState state) {
    SocketOptions options = socket.getOpts();
    // CRIU itself sets SO_REUSEADDR for a while. Java's listening sockets have it in any case.
    addFlag(
        number, SOL_SOCKET, SO_REUSEADDR, options.getReuseaddr() || state == SocketState.LISTENING);
    addFlag(number, SOL_SOCKET, SO_REUSEPORT, options.getSoReuseport());
    addFlag(number, SOL_SOCKET, SO_BROADCAST, options.getSoBroadcast());
    addFlag(number, SOL_SOCKET, SO_KEEPALIVE, options.getSoKeepalive());
    addFlag(number, SOL_SOCKET, SO_OOBINLINE, options.getSoOobinline() != 0);
    addFlag(number, IPPROTO_TCP, TCP_NODELAY, socket.getTcpOpts().getNodelay());
    if (socket.getFamily() == AF_INET6) {
      plan.add(new PlanOption(number, IPPROTO_IPV6, IPV6_V6ONLY, socket.getV6Only() ? 1 : 0));
    }
  }

  private void addFlag(int number, int level, int name, boolean set) {
    if (set) {
      plan.add(new PlanOption(number, level, name, 1));
    }
  }

  void addUnix(int number, int flags, int fileId, UnixSocket socket) throws ImageException {
    byte[] unread = unread(number, fileId, socket);
    int all = flags | socket.getFlags() & O_NONBLOCK;
    UnixSocket peer = unixByInode.get(socket.getPeer());
    if (socket.getState() == TCP_LISTEN && !isAttachSocket(socket)) {
      listening.add("unix " + printable(socket));
      addUnixSocket(number, all, socket, SocketState.LISTENING);
    } else if (peer != null && peer.getPeer() == socket.getIno()) {
      addPair(number, all, socket, Math.min(socket.getIno(), peer.getIno()), unread);
    } else if (isHalfPair(socket)) {
      addPair(number, all, socket, socket.getIno(), unread);
    } else if (socket.getName().isEmpty() || socket.getDeleted() || isAttachSocket(socket)) {
      addUnixSocket(number, all, socket, SocketState.NEW);
    } else {
      addUnixSocket(number, all, socket, SocketState.BOUND);
    }
  }

  /**
   * Returns whether a socket is one end of a pair whose other end is closed. java.nio keeps such a
   * socket, which always reads as closed.
   */
  private static boolean isHalfPair(UnixSocket socket) {
    return socket.getState() == TCP_ESTABLISHED
        || socket.getName().isEmpty() && socket.getShutdown() == SHUT_BOTH;
  }

  /**
   * Returns whether a socket is the JVM's own for jcmd, whose name contains the old process id.
   * HotSpot creates a new one when it finds this one dead.
   */
  private boolean isAttachSocket(UnixSocket socket) {
    return socket.getName().toStringUtf8().contains("/.java_pid" + dump.pid());
  }

  private byte[] unread(int number, int fileId, UnixSocket socket) throws ImageException {
    byte[] bytes = dump.inFlight().ofSocket(fileId);
    boolean isPlain =
        socket.getType() == SOCK_STREAM
            && bytes.length <= MOST_UNREAD
            && !dump.inFlight().hasDescriptors(fileId);
    if (bytes.length > 0 && !isPlain) {
      throw new ImageException(
          "descriptor "
              + number
              + " is a unix socket with messages, descriptors or much data that nobody has received"
              + " yet, which can't be in an image; try again when they have arrived");
    }
    return bytes.length == 0 ? null : bytes;
  }

  private void addPair(int number, int flags, UnixSocket socket, int pair, byte[] unread) {
    plan.add(
        new PlanDescriptor(
            number, flags, new Pair(socket.getType(), pair, socket.getShutdown(), unread)));
  }

  private void addUnixSocket(int number, int flags, UnixSocket socket, SocketState state) {
    byte[] address = null;
    if (state != SocketState.NEW) {
      byte[] name = socket.getName().toByteArray();
      address = new byte[2 + name.length];
      address[0] = AF_UNIX;
      System.arraycopy(name, 0, address, 2, name.length);
    }
    SocketType type = new SocketType(AF_UNIX, socket.getType(), 0);
    long backlog = state == SocketState.LISTENING ? socket.getBacklog() : 0;
    plan.add(new PlanDescriptor(number, flags, new Socket(type, state, address, backlog)));
  }

  private static String printable(UnixSocket socket) {
    return socket.getName().toStringUtf8().replace('\0', '@');
  }
}
