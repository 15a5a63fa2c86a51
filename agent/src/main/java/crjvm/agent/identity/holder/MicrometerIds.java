package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.InstanceName;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ids of Micrometer's meters, and the tags that they get in a copy. The new tags are made before
 * the dump. Many ids share a new tag, which gets its value in the copy.
 */
final class MicrometerIds {
  private static final String CORE = "io.micrometer.core.instrument.";

  private final Map<List<String>, InstanceName> names;
  private final Map<List<Object>, NewTag> newTags = new HashMap<>();
  private final Map<Object, Object> newLists = new IdentityHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Change> changes = new ArrayList<>();

  private record Change(Object id, MutableField field, Object before, Object after) {}

  /** A tag of a copy. */
  static final class NewTag {
    private final Object tag;
    private final MutableField field;
    private final String before;
    private final InstanceName name;
    private String value;

    private NewTag(Class<?> type, String key, String before, InstanceName name)
        throws ReflectiveOperationException {
      tag = type.getConstructor(String.class, String.class).newInstance(key, before);
      field = new MutableField(Members.field(type, "value"));
      this.before = before;
      this.name = name;
      value = before;
    }

    String value() {
      return value;
    }

    private void set(String text) throws IllegalAccessException {
      value = text;
      field.set(tag, text);
    }
  }

  /**
   * @param names the names of this instance by the key and the value of a tag
   */
  MicrometerIds(Map<List<String>, InstanceName> names) {
    this.names = names;
  }

  /** Returns whether the tag is one of Micrometer's own type. */
  static boolean isPlain(Object tag) {
    return tag.getClass().getName().equals(CORE + "ImmutableTag");
  }

  /** Returns whether this is the id of a meter. */
  static boolean isId(Object value) {
    return value != null && value.getClass().getName().equals(CORE + "Meter$Id");
  }

  static boolean isTags(Class<?> type) {
    return type.getName().equals(CORE + "Tags");
  }

  @SuppressWarnings("unchecked")
  static Map<Object, Object> map(Object owner, String field) throws ReflectiveOperationException {
    return (Map<Object, Object>) Members.get(owner, field);
  }

  void add(Object id) throws ReflectiveOperationException {
    if (id == null || !seen.add(id)) {
      return;
    }
    Object before = Members.get(id, "tags");
    Object after = renewed((Iterable<?>) before);
    if (after != before) {
      MutableField field = new MutableField(Members.field(id.getClass(), "tags"));
      changes.add(new Change(id, field, before, after));
    }
    add(Members.get(id, "syntheticAssociation"));
  }

  /**
   * Adds the id of a meter. It may be another object than the id under which the registry has the
   * meter.
   */
  void addOf(Object meter) throws ReflectiveOperationException {
    if (meter.getClass().getName().startsWith("io.micrometer.")) {
      Method getter = meter.getClass().getMethod("getId");
      getter.setAccessible(true);
      add(getter.invoke(meter));
    }
  }

  /** Returns the tags of a copy: the same object if nothing in them changes. */
  Iterable<?> renewed(Iterable<?> tags) throws ReflectiveOperationException {
    Object known = newLists.get(tags);
    if (known != null) {
      return (Iterable<?>) known;
    }
    List<Object> all = new ArrayList<>();
    boolean isChanged = false;
    for (Object tag : tags) {
      NewTag renewed = renewed(tag);
      isChanged |= renewed != null;
      all.add(renewed == null ? tag : renewed.tag);
    }
    Object made = isChanged ? made(tags.getClass(), all) : tags;
    newLists.put(tags, made);
    return (Iterable<?>) made;
  }

  /** Returns the tag of a copy, or null if it stays. */
  NewTag renewed(Object tag) throws ReflectiveOperationException {
    if (tag == null || !isPlain(tag)) {
      return null;
    }
    String key = (String) Members.get(tag, "key");
    String value = (String) Members.get(tag, "value");
    InstanceName name = names.get(List.of(key, value));
    if (name == null) {
      return null;
    }
    List<Object> place = List.of(tag.getClass(), key, value);
    NewTag made = newTags.get(place);
    if (made == null) {
      made = new NewTag(tag.getClass(), key, value, name);
      newTags.put(place, made);
    }
    return made;
  }

  private static Object made(Class<?> type, List<Object> tags) throws ReflectiveOperationException {
    if (!isTags(type)) {
      return tags;
    }
    for (Method method : type.getMethods()) {
      Class<?>[] parameters = method.getParameterTypes();
      if (method.getName().equals("of")
          && parameters.length == 1
          && parameters[0].isArray()
          && parameters[0].getComponentType() != String.class) {
        Object array = Array.newInstance(parameters[0].getComponentType(), tags.size());
        return method.invoke(null, (Object) tags.toArray((Object[]) array));
      }
    }
    throw new NoSuchMethodException(type.getName() + ".of");
  }

  /** Gives this process's values to the tags. Equal random ids get the same new one. */
  void apply(Entropy entropy) throws IOException, IllegalAccessException {
    Map<String, String> random = new HashMap<>();
    for (NewTag tag : newTags.values()) {
      String value = tag.name.isRandom() ? random.get(tag.before) : tag.name.now(entropy);
      if (value == null) {
        value = tag.name.now(entropy);
        random.put(tag.before, value);
      }
      tag.set(value);
    }
    for (Change change : changes) {
      change.field.set(change.id, change.after);
    }
  }

  void rehearse() throws IOException, IllegalAccessException {
    for (NewTag tag : newTags.values()) {
      if (!tag.name.isRandom()) {
        tag.name.now(null);
      }
      tag.set(tag.before);
    }
    for (Change change : changes) {
      change.field.set(change.id, change.before);
    }
  }
}
