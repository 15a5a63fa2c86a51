package crjvm.agent.tool.state;

import crjvm.agent.message.Console;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The state in static fields of the application's classes, and in the application's objects and the
 * JDK's containers that can be reached from them. After a run, it is reset to its value at the end
 * of the class's initialisation.
 *
 * <p>An initialisation happens only once in the life of a JVM, in whichever run. Therefore its
 * changes to the state of other classes stay, for example an entry in a map or an increased
 * counter. A comparison of all cells before and after the initialisation finds these changes.
 */
public final class StaticState {
  private static final int CELLS_LIMIT = 200_000;
  private static final int LOCK_SECONDS = 2;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Cell> cells = new ArrayList<>();
  private final IdentityHashMap<Object, Boolean> seen = new IdentityHashMap<>();
  private final Set<String> lost = new TreeSet<>();
  private final ThreadLocal<Deque<Class<?>>> initialising =
      ThreadLocal.withInitial(ArrayDeque::new);
  private final ThreadLocal<Object[]> before = new ThreadLocal<>();
  private final InitialProperties properties = new InitialProperties();
  private final Consumer<Class<?>> opener;
  private final ClassLoader own;
  private ShutdownWork shutdown;
  private volatile boolean isClosed;

  /**
   * @param opener opens the package of a class to the agent
   * @param own the agent's class loader
   */
  public StaticState(Consumer<Class<?>> opener, ClassLoader own) {
    this.opener = opener;
    this.own = own;
  }

  /** Keeps shutdown work that initialisations register. */
  public void watch(ShutdownWork work) {
    underLock(() -> shutdown = work);
  }

  /** Records that a class begins its initialisation in this thread. */
  public void begin(Class<?> type) {
    if (isClosed) {
      return;
    }
    Deque<Class<?>> stack = initialising.get();
    if (stack.isEmpty()) {
      underLock(() -> before.set(marks()));
      properties.begin();
    }
    stack.push(type);
  }

  /** Records that a class has ended its initialisation in this thread. */
  public void end(Class<?> type) {
    if (isClosed) {
      return;
    }
    Deque<Class<?>> stack = initialising.get();
    while (!stack.isEmpty() && stack.pop() != type) {
      // an initialisation that ended by an exception
    }
    if (stack.isEmpty()) {
      properties.end();
    }
    underLock(
        () -> {
          Object[] marks = before.get();
          if (stack.isEmpty() && marks != null) {
            keepChanges(marks);
            before.remove();
          }
          addStatics(type);
        });
  }

  /**
   * Runs the work under the lock, but without the risk of a deadlock. If another thread keeps the
   * lock, the work is not done.
   */
  private void underLock(Runnable work) {
    boolean isLocked = false;
    try {
      isLocked = lock.tryLock() || lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS);
      if (isLocked) {
        work.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (isLocked) {
        lock.unlock();
      }
    }
  }

  private Object[] marks() {
    Object[] marks = new Object[cells.size() + 1];
    for (int i = 0; i < cells.size(); i++) {
      marks[i] = mark(cells.get(i));
    }
    marks[cells.size()] = shutdown == null ? 0 : shutdown.count();
    return marks;
  }

  private Object mark(Cell cell) {
    try {
      return cell.mark();
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private void keepChanges(Object[] marks) {
    int last = marks.length - 1;
    // The last cells belong to classes that this initialisation has initialised.
    List<Cell> changed = new ArrayList<>(cells.subList(last, cells.size()));
    Set<Object> holders = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < last; i++) {
      Cell cell = cells.get(i);
      if (!Cell.isSame(mark(cell), marks[i])) {
        changed.add(cell);
        if (cell instanceof FieldCell field) {
          holders.add(field.holder());
        }
      }
    }
    if (!holders.isEmpty()) {
      cells.stream().limit(last).filter(cell -> hasGrown(cell, holders)).forEach(changed::add);
    }
    changed.forEach(this::remember);
    changed.forEach(this::followElements);
    if (shutdown != null && !Cell.isSame(shutdown.count(), marks[last])) {
      shutdown.keep();
    }
  }

  /**
   * Returns whether the cell is an array that the run has replaced by a longer one, beside a field
   * that stays as the initialisation has left it. That field may be the array's number of elements.
   */
  private boolean hasGrown(Cell cell, Set<Object> holders) {
    try {
      return cell instanceof FieldCell field
          && holders.contains(field.holder())
          && field.hasGrown();
    } catch (IllegalAccessException e) {
      return false;
    }
  }

  private void followElements(Cell cell) {
    try {
      Deque<Found> left = new ArrayDeque<>();
      for (Object each : cell.elements()) {
        if (each != null && isFollowed(each)) {
          left.push(new Found(each, cell.name()));
        }
      }
      follow(left);
    } catch (ReflectiveOperationException | RuntimeException e) {
      lose(cell, e);
    }
  }

  private void remember(Cell cell) {
    try {
      cell.remember();
    } catch (ReflectiveOperationException | RuntimeException e) {
      lose(cell, e);
    }
  }

  private void lose(Cell cell, Exception reason) {
    lost.add(cell.name());
    Console.trace(reason);
  }

  private void addStatics(Class<?> type) {
    opener.accept(type);
    Deque<Found> left = new ArrayDeque<>();
    for (Field field : fields(type)) {
      if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
        add(field, null, left);
      }
    }
    follow(left);
  }

  /** Adds an object that no static field leads to, in its present state. */
  public void add(Object object) {
    if (!isClosed && isFollowed(object)) {
      Deque<Found> left = new ArrayDeque<>();
      left.push(new Found(object, object.getClass().getName()));
      underLock(() -> follow(left));
    }
  }

  private void follow(Deque<Found> left) {
    while (!left.isEmpty()) {
      Found found = left.pop();
      if (seen.put(found.object(), true) == null) {
        addContent(found, left);
      }
    }
  }

  private record Found(Object object, String name) {}

  private void addContent(Found found, Deque<Found> left) {
    Object object = found.object();
    ContentCell content = ContentCell.of(object, found.name());
    if (content != null) {
      add(content);
      content.elements().stream()
          .filter(each -> each != null && isFollowed(each))
          .forEach(each -> left.push(new Found(each, found.name())));
    }
    if (isOfApplication(object.getClass())) {
      for (Class<?> type = object.getClass(); isOfApplication(type); type = type.getSuperclass()) {
        opener.accept(type);
        for (Field field : fields(type)) {
          if (!Modifier.isStatic(field.getModifiers())) {
            add(field, object, left);
          }
        }
      }
    }
  }

  private void add(Field field, Object owner, Deque<Found> left) {
    try {
      field.setAccessible(true);
      Object value = field.get(owner);
      if (!Modifier.isFinal(field.getModifiers())) {
        add(new FieldCell(field, owner));
      }
      if (value != null && !field.getType().isPrimitive() && isFollowed(value)) {
        String name = field.getDeclaringClass().getName() + "." + field.getName();
        left.push(new Found(value, name));
      }
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      lost.add(field.getDeclaringClass().getName() + "." + field.getName());
    }
  }

  private void add(Cell cell) {
    if (cells.size() < CELLS_LIMIT) {
      remember(cell);
      cells.add(cell);
    } else {
      lost.add(cell.name());
    }
  }

  /**
   * Returns whether the search follows the object. Threads and class loaders lead to all objects.
   */
  private static boolean isFollowed(Object object) {
    return !(object instanceof Thread
        || object instanceof ClassLoader
        || object instanceof ThreadLocal);
  }

  private boolean isOfApplication(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && loader != own
        && !type.isHidden();
  }

  private static List<Field> fields(Class<?> type) {
    try {
      return List.of(type.getDeclaredFields());
    } catch (LinkageError e) {
      return List.of(); // the class of a field is missing
    }
  }

  /** Resets the state after a run. */
  public void bringBack() {
    underLock(
        () -> {
          for (Cell cell : cells) {
            try {
              cell.bringBack();
            } catch (ReflectiveOperationException | RuntimeException e) {
              lose(cell, e);
            }
          }
        });
  }

  /** Returns the system properties that initialisations have set. */
  public Map<Object, Object> properties() {
    return properties.all();
  }

  /** Returns whether an object was found from a static field. */
  public boolean keeps(Object object) {
    boolean[] keeps = new boolean[1];
    underLock(() -> keeps[0] = object != null && seen.containsKey(object));
    return keeps[0];
  }

  /** Returns the objects that were found from static fields. */
  public List<Object> objects() {
    List<Object> objects = new ArrayList<>();
    underLock(() -> objects.addAll(seen.keySet()));
    return objects;
  }

  /** Returns the fields that could not be reset. */
  public Set<String> lost() {
    return Collections.unmodifiableSet(lost);
  }

  /** Stops tracking, and releases all objects of the application. */
  public void close() {
    isClosed = true;
    underLock(
        () -> {
          cells.clear();
          seen.clear();
        });
  }
}
