package crjvm.agent.tool.state;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** The contents of an array or of one of the JDK's containers. */
abstract class ContentCell implements Cell {
  private static final int ARRAY_LIMIT = 4096;
  private static final int COLLECTION_LIMIT = 100_000;

  /**
   * The containers whose contents can be removed and added again without an effect on the
   * application.
   */
  private static final Set<String> CONTAINERS =
      Set.of(
          "java.util.ArrayDeque",
          "java.util.ArrayList",
          "java.util.BitSet",
          "java.util.EnumMap",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.Hashtable",
          "java.util.IdentityHashMap",
          "java.util.LinkedHashMap",
          "java.util.LinkedHashSet",
          "java.util.LinkedList",
          "java.util.PriorityQueue",
          "java.util.Properties",
          "java.util.Stack",
          "java.util.TreeMap",
          "java.util.TreeSet",
          "java.util.Vector",
          "java.util.Collections$SetFromMap",
          "java.util.Collections$SynchronizedCollection",
          "java.util.Collections$SynchronizedList",
          "java.util.Collections$SynchronizedMap",
          "java.util.Collections$SynchronizedRandomAccessList",
          "java.util.Collections$SynchronizedSet",
          "java.util.concurrent.ConcurrentHashMap",
          "java.util.concurrent.ConcurrentHashMap$KeySetView",
          "java.util.concurrent.ConcurrentLinkedDeque",
          "java.util.concurrent.ConcurrentLinkedQueue",
          "java.util.concurrent.ConcurrentSkipListMap",
          "java.util.concurrent.ConcurrentSkipListSet",
          "java.util.concurrent.CopyOnWriteArrayList",
          "java.util.concurrent.CopyOnWriteArraySet");

  private final String name;

  private ContentCell(String name) {
    this.name = name;
  }

  /** Returns the cell, or null if the object is not a container or is too large. */
  static ContentCell of(Object object, String name) {
    if (object == null) {
      return null;
    }
    Class<?> type = object.getClass();
    if (type.isArray()) {
      return Array.getLength(object) <= ARRAY_LIMIT ? new OfArray(object, name) : null;
    }
    boolean isKnown = CONTAINERS.contains(ofJdk(type).getName());
    if (isKnown && object instanceof Map<?, ?> map) {
      return map.size() <= COLLECTION_LIMIT ? new OfMap(map, name) : null;
    } else if (isKnown && object instanceof Collection<?> collection) {
      return collection.size() <= COLLECTION_LIMIT ? new OfCollection(collection, name) : null;
    }
    return ofNumber(object, name);
  }

  /**
   * Returns the JDK's class that the class extends, because the application's caches extend the
   * JDK's containers.
   */
  private static Class<?> ofJdk(Class<?> type) {
    Class<?> ofJdk = type;
    while (ofJdk.getClassLoader() != null) {
      ofJdk = ofJdk.getSuperclass();
    }
    return ofJdk;
  }

  private static ContentCell ofNumber(Object object, String name) {
    if (object instanceof AtomicInteger number) {
      return new OfInteger(number, name);
    } else if (object instanceof AtomicLong number) {
      return new OfLong(number, name);
    } else if (object instanceof AtomicBoolean flag) {
      return new OfBoolean(flag, name);
    } else if (object instanceof LongAdder adder) {
      return new OfAdder(adder, name);
    } else if (object instanceof AtomicReference<?> reference) {
      return new OfReference(reference, name);
    }
    return null;
  }

  @Override
  public final String name() {
    return name;
  }

  private static boolean isEqual(List<?> one, List<?> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!Cell.isSame(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static final class OfCollection extends ContentCell {
    private final Collection<Object> collection;
    private List<Object> content = List.of();

    @SuppressWarnings("unchecked")
    OfCollection(Collection<?> collection, String name) {
      super(name);
      this.collection = (Collection<Object>) collection;
    }

    @Override
    public Object mark() {
      return collection.size();
    }

    @Override
    public void remember() {
      content = new ArrayList<>(collection);
    }

    @Override
    public void bringBack() {
      if (!isEqual(new ArrayList<>(collection), content)) {
        collection.clear();
        collection.addAll(content);
      }
    }
  }

  private static final class OfMap extends ContentCell {
    private final Map<Object, Object> map;
    private List<Object> keys = List.of();
    private List<Object> values = List.of();

    @SuppressWarnings("unchecked")
    OfMap(Map<?, ?> map, String name) {
      super(name);
      this.map = (Map<Object, Object>) map;
    }

    @Override
    public Object mark() {
      return map.size();
    }

    @Override
    public void remember() {
      keys = new ArrayList<>();
      values = new ArrayList<>();
      map.forEach(
          (key, value) -> {
            keys.add(key);
            values.add(value);
          });
    }

    @Override
    public void bringBack() {
      List<Object> keysNow = new ArrayList<>();
      List<Object> valuesNow = new ArrayList<>();
      map.forEach(
          (key, value) -> {
            keysNow.add(key);
            valuesNow.add(value);
          });
      if (!isEqual(keysNow, keys) || !isEqual(valuesNow, values)) {
        map.clear();
        for (int i = 0; i < keys.size(); i++) {
          map.put(keys.get(i), values.get(i));
        }
      }
    }
  }

  private static final class OfArray extends ContentCell {
    private final Object array;
    private final int length;
    private Object content;

    OfArray(Object array, String name) {
      super(name);
      this.array = array;
      length = Array.getLength(array);
    }

    @Override
    public Object mark() {
      int hash = 1;
      for (int i = 0; i < length; i++) {
        Object element = Array.get(array, i);
        boolean isValue = array.getClass().getComponentType().isPrimitive();
        hash = 31 * hash + (isValue ? element.hashCode() : System.identityHashCode(element));
      }
      return hash;
    }

    @Override
    public void remember() {
      Object copy = Array.newInstance(array.getClass().getComponentType(), length);
      System.arraycopy(array, 0, copy, 0, length);
      content = copy;
    }

    @Override
    public void bringBack() {
      System.arraycopy(content, 0, array, 0, length);
    }
  }

  private static final class OfInteger extends ContentCell {
    private final AtomicInteger number;
    private int content;

    OfInteger(AtomicInteger number, String name) {
      super(name);
      this.number = number;
    }

    @Override
    public Object mark() {
      return number.get();
    }

    @Override
    public void remember() {
      content = number.get();
    }

    @Override
    public void bringBack() {
      number.set(content);
    }
  }

  private static final class OfLong extends ContentCell {
    private final AtomicLong number;
    private long content;

    OfLong(AtomicLong number, String name) {
      super(name);
      this.number = number;
    }

    @Override
    public Object mark() {
      return number.get();
    }

    @Override
    public void remember() {
      content = number.get();
    }

    @Override
    public void bringBack() {
      number.set(content);
    }
  }

  private static final class OfBoolean extends ContentCell {
    private final AtomicBoolean flag;
    private boolean content;

    OfBoolean(AtomicBoolean flag, String name) {
      super(name);
      this.flag = flag;
    }

    @Override
    public Object mark() {
      return flag.get();
    }

    @Override
    public void remember() {
      content = flag.get();
    }

    @Override
    public void bringBack() {
      flag.set(content);
    }
  }

  private static final class OfAdder extends ContentCell {
    private final LongAdder adder;
    private long content;

    OfAdder(LongAdder adder, String name) {
      super(name);
      this.adder = adder;
    }

    @Override
    public Object mark() {
      return adder.sum();
    }

    @Override
    public void remember() {
      content = adder.sum();
    }

    @Override
    public void bringBack() {
      adder.add(content - adder.sum());
    }
  }

  private static final class OfReference extends ContentCell {
    private final AtomicReference<Object> reference;
    private Object content;

    @SuppressWarnings("unchecked")
    OfReference(AtomicReference<?> reference, String name) {
      super(name);
      this.reference = (AtomicReference<Object>) reference;
    }

    @Override
    public Object mark() {
      return reference.get();
    }

    @Override
    public void remember() {
      content = reference.get();
    }

    @Override
    public void bringBack() {
      if (reference.get() != content) {
        reference.set(content);
      }
    }
  }
}
