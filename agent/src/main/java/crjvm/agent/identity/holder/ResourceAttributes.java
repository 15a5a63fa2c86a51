package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.identity.value.ProcessFacts;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The attributes of OpenTelemetry's resources and of their entities in a copy. Many objects refer
 * to them, so they stay and get other attributes. New releases have entities, whose attributes are
 * also in the resource. A resource that is made from another one takes those of the entities.
 */
final class ResourceAttributes implements Renewal {
  private static final String INSTANCE = "service.instance.id";
  private static final String SERVICE = "service.name";

  /**
   * An attribute that OpenTelemetry's Java agent adds. This agent also looks for the container's
   * id.
   */
  private static final String DISTRIBUTION = "telemetry.distro.name";

  private static final List<String> STARTS = List.of("crjvm.start", "crjvm.image.id");

  /** The pattern of a random UUID. */
  private static final Pattern RANDOM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private final Map<String, String> configured = ResourceSettings.current();
  private final Map<String, Object> facts = ProcessFacts.current();
  private final List<Change> changes = new ArrayList<>();

  /**
   * New instance ids by the old ones. Resources that had the same id get the same new id in a copy.
   */
  private final Map<String, String> instances = new HashMap<>();

  /**
   * Attributes in an object, and their values at the checkpoint.
   *
   * @param names the names of all attributes
   * @param instance the random instance id, or null if there is none or it was configured
   * @param facts names of attributes that describe this process or this machine
   */
  private record Change(
      Place place, Kind kind, Set<String> names, String instance, List<String> facts) {
    /** Returns whether the setting of a start can change or add the attribute. */
    boolean takes(String name) {
      return kind == Kind.SERVICE || kind == Kind.ENTITY && names.contains(name);
    }
  }

  private enum Kind {
    /** A resource with the name of the service. */
    SERVICE,
    /** Another resource. */
    PART,
    /** The id or the description of an entity. */
    ENTITY
  }

  /** A field with attributes, and the methods of their builder. */
  private static final class Place {
    private final Object owner;
    private final MutableField field;
    private final Object attributes;
    private final Method text;
    private final Method number;
    private final Method remover; // null: the builder has none

    Place(Object owner, String name) throws ReflectiveOperationException {
      this.owner = owner;
      field = new MutableField(Members.field(owner.getClass(), name));
      attributes = field.get(owner);
      Class<?> builder = builder().getClass();
      text = put(builder, String.class);
      number = put(builder, long.class);
      remover = remover(builder);
    }

    Object builder() throws ReflectiveOperationException {
      return call(attributes, "toBuilder");
    }

    void put(Object builder, String name, Object value) throws ReflectiveOperationException {
      (value instanceof Long ? number : text).invoke(builder, name, value);
    }

    /**
     * Removes an attribute that would be wrong, such as the id of the container of the checkpoint.
     */
    void remove(Object builder, String name) throws ReflectiveOperationException {
      if (remover != null) {
        Predicate<Object> isWrong = key -> key.toString().equals(name);
        remover.invoke(builder, isWrong);
      }
    }

    void set(Object value) throws ReflectiveOperationException {
      field.set(owner, value);
    }

    private static Method put(Class<?> builder, Class<?> type) throws NoSuchMethodException {
      Method put = builder.getMethod("put", String.class, type);
      put.setAccessible(true);
      return put;
    }

    private static Method remover(Class<?> builder) {
      try {
        Method remover = builder.getMethod("removeIf", Predicate.class);
        remover.setAccessible(true);
        return remover;
      } catch (NoSuchMethodException e) { // This release is too old.
        return null;
      }
    }
  }

  void add(Object resource, Found found) throws ReflectiveOperationException {
    add(new Place(resource, "attributes"), false, found);
    if (Members.hasField(resource, "entities")) {
      for (Object entity : (Collection<?>) Members.get(resource, "entities")) {
        if (found.isFirst(entity)) {
          for (String field : List.of("id", "description")) {
            add(new Place(entity, field), true, found);
          }
        }
      }
    }
  }

  private void add(Place place, boolean isEntitys, Found found)
      throws ReflectiveOperationException {
    Map<String, Object> values = values(place.attributes);
    List<String> own = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (value.equals(facts.get(name))) {
            own.add(name);
          } else if (name.equals(ProcessFacts.CONTAINER) && !configured.containsKey(name)) {
            found.share("the " + name + " of OpenTelemetry's resources");
          }
        });
    Kind kind = isEntitys ? Kind.ENTITY : kind(values);
    if (!isEntitys
        && values.containsKey(DISTRIBUTION)
        && !values.containsKey(ProcessFacts.CONTAINER)) {
      own.add(ProcessFacts.CONTAINER); // A copy may be in a container.
    }
    String instance = values.get(INSTANCE) instanceof String id && isRandom(id) ? id : null;
    if (instance != null || !own.isEmpty() || kind != Kind.PART) {
      changes.add(new Change(place, kind, Set.copyOf(values.keySet()), instance, own));
    }
  }

  private static Kind kind(Map<String, Object> values) {
    boolean isService = values.containsKey(SERVICE) && values.containsKey("telemetry.sdk.name");
    return isService ? Kind.SERVICE : Kind.PART;
  }

  private boolean isRandom(String id) {
    return RANDOM.matcher(id).matches() && !OwnValues.isGiven(id);
  }

  private static Map<String, Object> values(Object attributes) throws ReflectiveOperationException {
    Map<String, Object> values = new HashMap<>();
    Map<?, ?> map = (Map<?, ?>) call(attributes, "asMap");
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      values.put((String) call(entry.getKey(), "getKey"), entry.getValue());
    }
    return values;
  }

  /** Calls a public method, which an interface may declare. */
  private static Object call(Object object, String name) throws ReflectiveOperationException {
    Method method = object.getClass().getMethod(name);
    method.setAccessible(true);
    return method.invoke(object);
  }

  @Override
  public void renew(Entropy entropy) throws Exception {
    Map<String, String> given = ResourceSettings.current();
    Map<String, Object> present = ProcessFacts.current();
    for (Change change : changes) {
      change.place.set(renewed(change, given, present, entropy));
    }
  }

  @Override
  public void rehearse() throws Exception {
    Map<String, String> given = ResourceSettings.current();
    Map<String, Object> present = ProcessFacts.current();
    for (Change change : changes) {
      renewed(change, given, present, null);
      change.place.set(change.place.attributes);
    }
  }

  /**
   * @param entropy the source of random ids, or null for a rehearsal, which makes none
   */
  private Object renewed(
      Change change, Map<String, String> given, Map<String, Object> present, Entropy entropy)
      throws Exception {
    Place place = change.place;
    Object builder = place.builder();
    for (String name : change.facts) {
      Object value = present.get(name);
      if (value == null) {
        place.remove(builder, name);
      } else {
        place.put(builder, name, value);
      }
    }
    if (change.instance != null) {
      place.put(builder, INSTANCE, instance(change.instance, entropy));
    }
    for (Map.Entry<String, String> each : given.entrySet()) {
      boolean isNew = !each.getValue().equals(configured.get(each.getKey()));
      if (isNew && change.takes(each.getKey())) {
        place.put(builder, each.getKey(), each.getValue());
      }
    }
    if (change.kind == Kind.SERVICE) {
      for (String property : STARTS) { // The properties have the same names as the attributes.
        place.put(builder, property, System.getProperty(property, ""));
      }
    }
    return call(builder, "build");
  }

  private String instance(String before, Entropy entropy) throws Exception {
    if (entropy == null) {
      return before;
    }
    String instance = instances.get(before);
    if (instance == null) {
      instance = RandomUuid.next(entropy);
      instances.put(before, instance);
    }
    return instance;
  }
}
