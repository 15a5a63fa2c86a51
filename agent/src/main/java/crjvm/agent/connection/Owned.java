package crjvm.agent.connection;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.ref.WeakReference;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sockets and pools, by identity and weakly, each with the class that was at work when it came: the
 * first one on the stack that is not the JDK's, else one outside of java.base. A plain {@code Set}
 * to the advice in the JDK's classes, which can't see this class.
 */
final class Owned extends AbstractSet<Object> {
  private static final int LEAST = 64;

  /** Those of the library that opens a port are among the first. */
  private static final int FRAMES = 40;

  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  private final ClassLoader own;
  private List<Entry> entries = new ArrayList<>();
  private int limit = LEAST;

  /**
   * An object that is still there.
   *
   * @param owner a class's name; empty: nobody but java.base was at work
   * @param isHttp it is a port that a server of HTTP has opened, as far as that is known
   */
  record Thing(Object object, Optional<String> owner, boolean isHttp) {}

  private static final class Entry extends WeakReference<Object> {
    /** A name: the class must not be kept. Null: nobody but java.base. */
    private final String owner;

    private final boolean isHttp;

    Entry(Object object, String owner, boolean isHttp) {
      super(object);
      this.owner = owner;
      this.isHttp = isHttp;
    }
  }

  /**
   * @param own whose classes own nothing
   */
  Owned(ClassLoader own) {
    this.own = own;
  }

  @Override
  public boolean add(Object object) {
    boolean isHttp = SocketObjects.listens(object) && HttpServers.haveOpened(stack());
    Entry entry = new Entry(object, STACK.walk(this::owner), isHttp);
    synchronized (this) {
      if (entries.size() >= limit) {
        entries = living();
        limit = Math.max(LEAST, 2 * entries.size());
      }
      return entries.add(entry);
    }
  }

  private List<String> stack() {
    return STACK.walk(
        frames ->
            frames
                .map(StackFrame::getDeclaringClass)
                .filter(type -> type.getClassLoader() != own)
                .map(Class::getName)
                .limit(FRAMES)
                .toList());
  }

  private String owner(Stream<StackFrame> frames) {
    String name = null;
    for (StackFrame frame : (Iterable<StackFrame>) frames::iterator) {
      Class<?> type = frame.getDeclaringClass();
      if (isApplication(type)) {
        return type.getName();
      }
      boolean isOurs = type.getClassLoader() == own;
      if (name == null && !isOurs && type.getModule() != Object.class.getModule()) {
        name = type.getName(); // the HTTP client's threads, for example
      }
    }
    return name;
  }

  private boolean isApplication(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader != null && loader != PLATFORM && loader != own;
  }

  private List<Entry> living() {
    List<Entry> living = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.get() != null) {
        living.add(entry);
      }
    }
    return living;
  }

  /** Those that are still there, in the order in which they came; who came again is there again. */
  synchronized List<Thing> things() {
    List<Thing> things = new ArrayList<>();
    for (Entry entry : entries) {
      Object object = entry.get();
      if (object != null) {
        things.add(new Thing(object, Optional.ofNullable(entry.owner), entry.isHttp));
      }
    }
    return things;
  }

  @Override
  public Iterator<Object> iterator() {
    return things().stream().map(Thing::object).iterator();
  }

  @Override
  public int size() {
    return things().size();
  }
}
