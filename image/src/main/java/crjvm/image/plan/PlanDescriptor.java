package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An open descriptor. plan.h has the same fields.
 *
 * @param number 3 or more
 * @param flags O_CLOEXEC and status flags such as O_NONBLOCK
 * @param content the fields of its kind
 */
public record PlanDescriptor(int number, int flags, Content content) implements PlanRecord {
  /** PLAN_LOG, a bit above the permissions. */
  private static final int LOG = 01000;

  private static final int PERMISSIONS = 0777;

  /** The value of PLAN_NONE, which means that there is no string. */
  private static final int NONE = -1;

  private static final int UNUSED = 0;

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
    MESSAGE
  }

  /** The state of a socket, in the order of enum plan_socket_state. */
  public enum SocketState {
    NEW,
    BOUND,
    LISTENING,
    CONNECTED,
    RESET
  }

  /** The fields of one kind of descriptor besides number and flags, named as in plan.h. */
  public sealed interface Content {
    Kind kind();

    /** Writes the fields from {@code object} on, in the order of plan.h. */
    void write(ByteBuffer out, PlanStrings strings);
  }

  /**
   * A file, or an object of memory.
   *
   * @param object the index of the object
   * @param fileFlags the access mode and flags such as O_APPEND and O_DIRECTORY
   * @param log 0, or PLAN_LOG with the permissions of a new file: see {@link #log}
   * @param position the offset in the file, in bytes
   */
  public record Open(int object, int fileFlags, int log, long position) implements Content {
    @Override
    public Kind kind() {
      return Kind.OPEN;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      out.putInt(object).putInt(NONE).putInt(fileFlags).putInt(log).putInt(UNUSED);
      out.putLong(position);
    }
  }

  /** An open file description that a smaller number refers to, too. */
  public record Dup(int original) implements Content {
    @Override
    public Kind kind() {
      return Kind.DUP;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      out.putInt(UNUSED).putInt(NONE).putInt(original).putInt(UNUSED).putInt(UNUSED);
      out.putLong(UNUSED);
    }
  }

  /**
   * One end of a pipe.
   *
   * @param pipe the number of the pipe, which is the same for both ends
   * @param writes true if this end is written to
   * @param capacity the number of bytes that the pipe can hold, or 0 if it is unknown
   * @param unread the bytes that nobody has read yet, the same for both ends, or null
   */
  public record Pipe(int pipe, boolean writes, long capacity, byte[] unread) implements Content {
    @Override
    public Kind kind() {
      return Kind.PIPE;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      putData(out, strings, unread);
      out.putInt(pipe).putInt(writes ? 1 : 0).putInt(UNUSED).putLong(capacity);
    }
  }

  /**
   * An eventfd.
   *
   * @param semaphore EFD_SEMAPHORE or 0
   */
  public record EventFd(int semaphore, long counter) implements Content {
    @Override
    public Kind kind() {
      return Kind.EVENTFD;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      out.putInt(UNUSED).putInt(NONE).putInt(semaphore).putInt(UNUSED).putInt(UNUSED);
      out.putLong(counter);
    }
  }

  /**
   * A timerfd.
   *
   * @param times 4 words of 8 bytes: the time left and the interval, each in seconds and
   *     nanoseconds
   */
  public record TimerFd(int clock, byte[] times) implements Content {
    @Override
    public Kind kind() {
      return Kind.TIMERFD;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      putData(out, strings, times);
      out.putInt(clock).putInt(UNUSED).putInt(UNUSED).putLong(UNUSED);
    }
  }

  /** A signalfd. */
  public record SignalFd(long mask) implements Content {
    @Override
    public Kind kind() {
      return Kind.SIGNALFD;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      out.putInt(UNUSED).putInt(NONE).putInt(UNUSED).putInt(UNUSED).putInt(UNUSED).putLong(mask);
    }
  }

  /**
   * The three arguments of socket(2).
   *
   * @param family AF_INET, AF_INET6 or AF_UNIX
   * @param type SOCK_STREAM or SOCK_DGRAM, for example
   */
  public record SocketType(int family, int type, int protocol) {}

  /**
   * A socket.
   *
   * @param address the address that the socket is bound to; for CONNECTED the peer's address,
   *     followed by its own if that is kept; null if there is none
   * @param count the backlog for LISTENING, otherwise the bits of its shutdown
   */
  public record Socket(SocketType type, SocketState state, byte[] address, long count)
      implements Content {
    @Override
    public Kind kind() {
      return Kind.SOCKET;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      putData(out, strings, address);
      out.put((byte) type.family).put((byte) type.type).putShort((short) type.protocol);
      out.putInt(state.ordinal()).putInt(UNUSED).putLong(count);
    }
  }

  /**
   * One end of a socketpair.
   *
   * @param pair the number of the pair, which is the same for both ends
   * @param shutdown the bits of its shutdown
   * @param unread the bytes that this end has received and not read yet, or null
   */
  public record Pair(int type, int pair, long shutdown, byte[] unread) implements Content {
    @Override
    public Kind kind() {
      return Kind.PAIR;
    }

    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      putData(out, strings, unread);
      out.putInt(type).putInt(pair).putInt(UNUSED).putLong(shutdown);
    }
  }

  /** A kind without fields of its own: EPOLL, INOTIFY, MESSAGE. */
  public record Plain(Kind kind) implements Content {
    @Override
    public void write(ByteBuffer out, PlanStrings strings) {
      out.putInt(UNUSED).putInt(NONE).putInt(UNUSED).putInt(UNUSED).putInt(UNUSED);
      out.putLong(UNUSED);
    }
  }

  public static PlanDescriptor open(
      int number, int object, int descriptorFlags, int fileFlags, long position) {
    return new PlanDescriptor(number, descriptorFlags, new Open(object, fileFlags, 0, position));
  }

  /**
   * Returns the descriptor of a file that is only written at its end.
   *
   * @param permissions the permissions of a new file, if the old one is gone
   */
  public static PlanDescriptor log(
      int number, int object, int descriptorFlags, int fileFlags, int permissions) {
    return new PlanDescriptor(
        number, descriptorFlags, new Open(object, fileFlags, LOG | permissions & PERMISSIONS, 0));
  }

  @Override
  public PlanSection section() {
    return PlanSection.DESCRIPTORS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(number).putInt(content.kind().ordinal()).putInt(flags);
    content.write(out, strings);
  }

  /** Writes the length and the offset of bytes that lie among the strings. */
  private static void putData(ByteBuffer out, PlanStrings strings, byte[] data) {
    out.putInt(data == null ? 0 : data.length).putInt(strings.add(data));
  }
}
