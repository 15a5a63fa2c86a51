package crjvm.agent.randomness;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The objects whose secrets the JDK chose by itself, by identity and weakly. A plain {@code Set} to
 * the advice in the JDK's classes, which can't see this class.
 */
public final class SelfSeeded extends AbstractSet<Object> {
  private final Set<Key> keys = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

  /** Equal to another key of the same object, for as long as there is that object. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object object, ReferenceQueue<Object> queue) {
      super(object, queue);
      hash = System.identityHashCode(object);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      Object object = get();
      return object != null && other instanceof Key && ((Key) other).get() == object;
    }
  }

  @Override
  public boolean add(Object object) {
    for (Reference<?> key = collected.poll(); key != null; key = collected.poll()) {
      keys.remove(key);
    }
    return keys.add(new Key(object, collected));
  }

  @Override
  public boolean remove(Object object) {
    return keys.remove(new Key(object, null));
  }

  @Override
  public boolean contains(Object object) {
    return keys.contains(new Key(object, null));
  }

  /** Those that are still there. */
  public List<Object> living() {
    List<Object> objects = new ArrayList<>(keys.size());
    for (Key key : keys) {
      Object object = key.get();
      if (object != null) {
        objects.add(object);
      }
    }
    return objects;
  }

  @Override
  public Iterator<Object> iterator() {
    return living().iterator();
  }

  @Override
  public int size() {
    return keys.size();
  }
}
