package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An open descriptor. plan.h describes the meaning of each field for each kind.
 *
 * @param number 3 or more
 * @param flags O_CLOEXEC and status flags such as O_NONBLOCK
 * @param object the index of the object (OPEN), or -1 for other kinds
 * @param data the socket address (SOCKET; if CONNECTED, the peer's and then the own one), timer
 *     words (TIMERFD), or unread bytes (PIPE, PAIR); null for other kinds
 */
public record PlanDescriptor(
    int number, Kind kind, int flags, int object, byte[] data, int a, int b, long c)
    implements PlanRecord {
  /** PLAN_LOG, a bit above the permissions. */
  private static final int LOG = 01000;

  private static final int PERMISSIONS = 0777;

  /** The kinds, in the order of enum plan_descriptor_kind. */
  public enum Kind {
    OPEN,
    DUP,
    PIPE,
    EVENTFD,
    EPOLL,
    TIMERFD,
    SIGNALFD,
    INOTIFY,
    SOCKET,
    PAIR,
    REQUEST
  }

  /** The state of a socket, in the order of enum plan_socket_state. */
  public enum SocketState {
    NEW,
    BOUND,
    LISTENING,
    CONNECTED,
    RESET
  }

  public static PlanDescriptor open(
      int number, int object, int descriptorFlags, int fileFlags, long position) {
    return new PlanDescriptor(
        number, Kind.OPEN, descriptorFlags, object, null, fileFlags, 0, position);
  }

  /**
   * Returns the descriptor of a file that is only written at its end.
   *
   * @param permissions the permissions of a new file, if the old one is gone
   */
  public static PlanDescriptor log(
      int number, int object, int descriptorFlags, int fileFlags, int permissions) {
    return new PlanDescriptor(
        number,
        Kind.OPEN,
        descriptorFlags,
        object,
        null,
        fileFlags,
        LOG | permissions & PERMISSIONS,
        0);
  }

  public static PlanDescriptor of(int number, Kind kind, int flags, int a, int b, long c) {
    return new PlanDescriptor(number, kind, flags, -1, null, a, b, c);
  }

  @Override
  public PlanSection section() {
    return PlanSection.DESCRIPTORS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    int length = kind == Kind.OPEN ? object : data == null ? 0 : data.length;
    out.putInt(number).putInt(kind.ordinal()).putInt(flags).putInt(length);
    out.putInt(strings.add(data)).putInt(a).putInt(b).putInt(0).putLong(c);
  }
}
