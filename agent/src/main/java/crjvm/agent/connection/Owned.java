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
 * Sockets and pools, compared by identity and held weakly, with the classes that made them. The
 * owner is the first class on the stack that is not the JDK's, or else the first one outside of
 * java.base.
 */
final class Owned extends AbstractSet<Object> {
  private static final int LEAST = 64;

  /**
   * The number of frames that are examined. The library that opens a port is among the first ones.
   */
  private static final int FRAMES = 40;

  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  private final ClassLoader own;
  private List<Noted> all = new ArrayList<>();
  private int limit = LEAST;

  /**
   * An object that has not been collected.
   *
   * @param owner the name of the owner's class; empty: only java.base was on the stack
   * @param isHttp whether it is a port of a known HTTP server
   */
  record Thing(Object object, Optional<String> owner, boolean isHttp) {}

  private static final class Noted extends WeakReference<Object> {
    /**
     * The name of the owner, because the class itself must not be kept. It is null if only
     * java.base was on the stack.
     */
    private final String owner;

    private final boolean isHttp;

    Noted(Object object, String owner, boolean isHttp) {
      super(object);
      this.owner = owner;
      this.isHttp = isHttp;
    }
  }

  /**
   * @param own the class loader whose classes are not owners
   */
  Owned(ClassLoader own) {
    this.own = own;
  }

  @Override
  public boolean add(Object object) {
    boolean isHttp = SocketObjects.listens(object) && HttpServers.haveOpened(stack());
    Noted noted = new Noted(object, STACK.walk(this::owner), isHttp);
    synchronized (this) {
      if (all.size() >= limit) {
        all = living();
        limit = Math.max(LEAST, 2 * all.size());
      }
      return all.add(noted);
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
        name = type.getName(); // The threads of the HTTP client are an example.
      }
    }
    return name;
  }

  private boolean isApplication(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader != null && loader != PLATFORM && loader != own;
  }

  private List<Noted> living() {
    List<Noted> living = new ArrayList<>();
    for (Noted noted : all) {
      if (noted.get() != null) {
        living.add(noted);
      }
    }
    return living;
  }

  /**
   * Returns the objects that have not been collected, in the order in which they were added. An
   * object that was added twice appears twice.
   */
  synchronized List<Thing> things() {
    List<Thing> things = new ArrayList<>();
    for (Noted noted : all) {
      Object object = noted.get();
      if (object != null) {
        things.add(new Thing(object, Optional.ofNullable(noted.owner), noted.isHttp));
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
