package crjvm.agent.os.descriptor;

import crjvm.agent.os.arch.SystemCall;
import crjvm.agent.os.jna.LibC;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * System calls about open descriptors and timers of this process, for facts that only they provide.
 */
public final class Descriptors {
  private static final int KCMP_FILE = 0;
  private static final int F_GETOWN = 9;
  private static final int F_GETLEASE = 1025;
  private static final int F_UNLCK = 2;
  private static final long FIONREAD = 0x541b;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SOCK_STREAM = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_PROTOCOL = 38;
  private static final int SO_DOMAIN = 39;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int TCP_ESTABLISHED = 1;
  private static final short POLLOUT = 4;
  private static final int POLLERR_POLLHUP = 0x18;
  private static final int ADDRESS_MAX = 128;
  private static final int TIMER_BYTES = 32;

  private Descriptors() {}

  /**
   * Returns whether the descriptors are duplicates, which means that they have the same open file
   * description.
   */
  public static boolean areDuplicates(int fd, int other) {
    long pid = ProcessHandle.current().pid();
    return LibC.syscall(SystemCall.KCMP.number(), pid, pid, KCMP_FILE, fd, other) == 0;
  }

  public static boolean sendsSignals(int fd) {
    int owner = LibC.fcntl(fd, F_GETOWN, 0);
    return owner != 0 && owner != -1; // an error means that it was opened with O_PATH
  }

  public static boolean holdsLease(int fd) {
    int type = LibC.fcntl(fd, F_GETLEASE, 0);
    return type >= 0 && type != F_UNLCK;
  }

  /** Returns whether no process has the other end of a pipe. */
  public static boolean isBroken(int fd) {
    short[] poll = {(short) fd, (short) (fd >> 16), POLLOUT, 0};
    return LibC.poll(poll, 1, 0) == 1 && (poll[3] & POLLERR_POLLHUP) != 0;
  }

  /**
   * Returns the number of bytes that can be read at once. For message sockets these are the bytes
   * of one message.
   */
  public static int pending(int fd) {
    int[] count = new int[1];
    return LibC.ioctl(fd, FIONREAD, count) == 0 ? count[0] : 0;
  }

  /** Returns the family, AF_…. */
  public static int socketFamily(int fd) {
    return option(fd, SO_DOMAIN)[0];
  }

  /** Returns the type, SOCK_…. */
  public static int socketType(int fd) {
    return option(fd, SO_TYPE)[0];
  }

  /** Returns the protocol, IPPROTO_…. */
  public static int socketProtocol(int fd) {
    return option(fd, SO_PROTOCOL)[0];
  }

  public static boolean isTcp(int fd) {
    return socketProtocol(fd) == IPPROTO_TCP && socketType(fd) == SOCK_STREAM;
  }

  /** Returns whether the socket accepts connections. */
  public static boolean isListening(int fd) {
    return option(fd, SO_ACCEPTCONN)[0] != 0;
  }

  /** Returns whether it is a TCP connection that neither side has ended. */
  public static boolean isEstablished(int fd) {
    int[] start = new int[2]; // the start of struct tcp_info, whose first byte is the state
    int[] length = {start.length * Integer.BYTES};
    return LibC.getsockopt(fd, IPPROTO_TCP, TCP_INFO, start, length) == 0
        && (start[0] & 0xff) == TCP_ESTABLISHED;
  }

  /**
   * Returns the process that was at the other end when a unix socket was connected, or 0 if it is
   * unknown.
   */
  public static int peerProcess(int fd) {
    return option(fd, SO_PEERCRED)[0];
  }

  private static int[] option(int fd, int name) {
    int[] value = new int[3];
    return LibC.getsockopt(fd, SOL_SOCKET, name, value, new int[] {value.length * Integer.BYTES})
            == 0
        ? value
        : new int[3];
  }

  /** Returns the socket's address without the family, or nothing if it has none. */
  public static Optional<byte[]> ownAddress(int fd) {
    byte[] address = new byte[ADDRESS_MAX];
    int[] length = {address.length};
    return LibC.getsockname(fd, address, length) == 0
        ? Optional.of(Arrays.copyOfRange(address, 2, Math.max(2, length[0])))
        : Optional.empty();
  }

  /** Returns the peer's address without the family, or nothing if the socket is not connected. */
  public static Optional<byte[]> peerAddress(int fd) {
    byte[] address = new byte[ADDRESS_MAX];
    int[] length = {address.length};
    return LibC.getpeername(fd, address, length) == 0
        ? Optional.of(Arrays.copyOfRange(address, 2, Math.max(2, length[0])))
        : Optional.empty();
  }

  /** Returns the name of a unix socket for people. Abstract names begin with {@code @}. */
  public static String unixName(byte[] address) {
    String name = new String(address, StandardCharsets.UTF_8);
    int end = name.indexOf('\0', 1);
    return (end < 0 ? name : name.substring(0, end)).replace('\0', '@');
  }

  /** Returns whether setitimer or timer_create has left a timer running. */
  public static boolean hasTimers() throws IOException {
    for (int which = 0; which < 3; which++) {
      byte[] value = new byte[TIMER_BYTES];
      if (LibC.getitimer(which, value) == 0 && !Arrays.equals(value, new byte[TIMER_BYTES])) {
        return true;
      }
    }
    return ProcessFiles.hasTimers();
  }
}
