package crjvm.agent.tool.state;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The contents of an array or of one of the JDK's containers. */
abstract class ContentCell implements Cell {
  /** The most elements of an array. Name tables of compilers begin with 131,072 characters. */
  private static final int ARRAY_LIMIT = 1 << 20;

  /** The most elements of an atomic array, whose elements are looked at one by one. */
  private static final int SLOTS_LIMIT = 4096;

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
          "java.util.WeakHashMap",
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
    return ofAtomic(object, name);
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

  @SuppressWarnings("unchecked")
  private static ContentCell ofAtomic(Object object, String name) {
    if (object instanceof AtomicInteger number) {
      return new OfSlots(1, at -> number.get(), (at, value) -> number.set((int) value), name);
    } else if (object instanceof AtomicLong number) {
      return new OfSlots(1, at -> number.get(), (at, value) -> number.set((long) value), name);
    } else if (object instanceof AtomicBoolean flag) {
      return new OfSlots(1, at -> flag.get(), (at, value) -> flag.set((boolean) value), name);
    } else if (object instanceof LongAdder adder) {
      return new OfSlots(
          1, at -> adder.sum(), (at, value) -> adder.add((long) value - adder.sum()), name);
    } else if (object instanceof AtomicReference<?> reference) {
      AtomicReference<Object> slot = (AtomicReference<Object>) reference;
      return new OfSlots(1, at -> slot.get(), (at, value) -> slot.set(value), name);
    } else if (object instanceof AtomicReferenceArray<?> array) {
      return slots(array.length(), array::get, ((AtomicReferenceArray<Object>) array)::set, name);
    } else if (object instanceof AtomicIntegerArray array) {
      return slots(array.length(), array::get, (at, value) -> array.set(at, (int) value), name);
    } else if (object instanceof AtomicLongArray array) {
      return slots(array.length(), array::get, (at, value) -> array.set(at, (long) value), name);
    }
    return null;
  }

  private static ContentCell slots(
      int length, IntFunction<Object> reader, Writer writer, String name) {
    return length <= SLOTS_LIMIT ? new OfSlots(length, reader, writer, name) : null;
  }

  /** Returns the elements or values, but not the keys. */
  @Override
  public abstract Collection<?> elements();

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

    @Override
    public Collection<?> elements() {
      return new ArrayList<>(collection);
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

    @Override
    public Collection<?> elements() {
      return new ArrayList<>(map.values());
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

    /** Runs before and after each initialisation, so large arrays are left to the JDK's loops. */
    @Override
    public Object mark() {
      if (array instanceof byte[] bytes) {
        return Arrays.hashCode(bytes);
      } else if (array instanceof char[] characters) {
        return Arrays.hashCode(characters);
      } else if (array instanceof int[] numbers) {
        return Arrays.hashCode(numbers);
      } else if (array instanceof long[] numbers) {
        return Arrays.hashCode(numbers);
      } else if (array instanceof short[] numbers) {
        return Arrays.hashCode(numbers);
      } else if (array instanceof boolean[] flags) {
        return Arrays.hashCode(flags);
      } else if (array instanceof float[] numbers) {
        return Arrays.hashCode(numbers);
      } else if (array instanceof double[] numbers) {
        return Arrays.hashCode(numbers);
      }
      int hash = 1;
      for (Object element : (Object[]) array) {
        hash = 31 * hash + System.identityHashCode(element);
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

    @Override
    public Collection<?> elements() {
      return array instanceof Object[] objects ? Arrays.asList(objects) : List.of();
    }
  }

  /** Sets one slot. */
  @FunctionalInterface
  private interface Writer {
    void set(int at, Object value);
  }

  /** The JDK's atomic variables, and arrays of them. */
  private static final class OfSlots extends ContentCell {
    private final int length;
    private final IntFunction<Object> reader;
    private final Writer writer;
    private List<Object> content = List.of();

    OfSlots(int length, IntFunction<Object> reader, Writer writer, String name) {
      super(name);
      this.length = length;
      this.reader = reader;
      this.writer = writer;
    }

    @Override
    public Object mark() {
      if (length == 1) {
        return reader.apply(0);
      }
      int hash = 1;
      for (int i = 0; i < length; i++) {
        Object value = reader.apply(i);
        hash = 31 * hash + (value instanceof Number ? value.hashCode() : identity(value));
      }
      return hash;
    }

    private static int identity(Object object) {
      return System.identityHashCode(object);
    }

    @Override
    public void remember() {
      content = elements();
    }

    @Override
    public void bringBack() {
      for (int i = 0; i < length; i++) {
        if (!Cell.isSame(reader.apply(i), content.get(i))) {
          writer.set(i, content.get(i));
        }
      }
    }

    @Override
    public List<Object> elements() {
      return IntStream.range(0, length).mapToObj(reader).collect(Collectors.toList());
    }
  }
}
