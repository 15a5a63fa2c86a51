package crjvm.image.dump;

/** The kinds of open files, with CRIU's numbers (enum fd_types). */
public enum FileKind {
  REGULAR(1, "file"),
  PIPE(2, "pipe"),
  FIFO(3, "named pipe"),
  INET_SOCKET(4, "inet socket"),
  UNIX_SOCKET(5, "unix socket"),
  EVENTFD(6, "eventfd"),
  EPOLL(7, "epoll"),
  INOTIFY(8, "inotify"),
  SIGNALFD(9, "signalfd"),
  PACKET_SOCKET(10, "packet socket"),
  TERMINAL(11, "terminal"),
  FANOTIFY(12, "fanotify"),
  NETLINK_SOCKET(13, "netlink socket"),
  NAMESPACE(14, "namespace"),
  TUN(15, "tun device"),
  EXTERNAL(16, "external file"),
  TIMERFD(17, "timerfd"),
  MEMFD(18, "memfd"),
  BPF_MAP(19, "BPF map"),
  PIDFD(20, "pidfd"),
  UNKNOWN(-1, "file of an unknown kind");

  private final int number;
  private final String title;

  FileKind(int number, String title) {
    this.number = number;
    this.title = title;
  }

  public static FileKind of(int number) {
    for (FileKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    return UNKNOWN;
  }

  /** Returns the name that is shown to users. */
  public String title() {
    return title;
  }
}
