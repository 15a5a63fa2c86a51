package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.ProcessFacts;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The attributes of OpenTelemetry's resources in a copy. Many objects refer to the resources, so
 * the resources stay and get other attributes.
 */
final class ResourceAttributes implements Renewal {
  private static final String INSTANCE = "service.instance.id";
  private static final String SERVICE = "service.name";

  /** An attribute that OpenTelemetry's Java agent adds, which looks for a container, too. */
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
   * A resource and its values at the checkpoint.
   *
   * @param instance the random instance id, or null if there is none or it was configured
   * @param facts names of attributes that describe this process or this machine
   * @param remover the builder's method that removes attributes, or null if it has none
   */
  private record Change(
      Object resource,
      MutableField field,
      Object attributes,
      boolean isService,
      String instance,
      List<String> facts,
      Method text,
      Method number,
      Method remover) {}

  void add(Object resource, Found found) throws ReflectiveOperationException {
    MutableField field = new MutableField(Members.field(resource.getClass(), "attributes"));
    Object attributes = field.get(resource);
    Map<String, Object> values = values(attributes);
    List<String> own = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (value.equals(facts.get(name))) {
            own.add(name);
          } else if (name.equals(ProcessFacts.CONTAINER) && !configured.containsKey(name)) {
            found.share("the " + name + " of OpenTelemetry's resources");
          }
        });
    String instance = values.get(INSTANCE) instanceof String id && isRandom(id) ? id : null;
    boolean isService = values.containsKey(SERVICE) && values.containsKey("telemetry.sdk.name");
    if (values.containsKey(DISTRIBUTION) && !values.containsKey(ProcessFacts.CONTAINER)) {
      own.add(ProcessFacts.CONTAINER); // A copy may be in a container.
    }
    if (instance == null && own.isEmpty() && !isService) {
      return;
    }
    Class<?> builder = builder(attributes).getClass();
    changes.add(
        new Change(
            resource,
            field,
            attributes,
            isService,
            instance,
            own,
            put(builder, String.class),
            put(builder, long.class),
            remover(builder)));
  }

  private boolean isRandom(String id) {
    return RANDOM.matcher(id).matches() && !ResourceSettings.isGiven(id);
  }

  private static Map<String, Object> values(Object attributes) throws ReflectiveOperationException {
    Map<String, Object> values = new HashMap<>();
    Map<?, ?> map = (Map<?, ?>) call(attributes, "asMap");
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      values.put((String) call(entry.getKey(), "getKey"), entry.getValue());
    }
    return values;
  }

  private static Object builder(Object attributes) throws ReflectiveOperationException {
    return call(attributes, "toBuilder");
  }

  /** Calls a public method, which an interface may declare. */
  private static Object call(Object object, String name) throws ReflectiveOperationException {
    Method method = object.getClass().getMethod(name);
    method.setAccessible(true);
    return method.invoke(object);
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

  @Override
  public void renew(Entropy entropy) throws Exception {
    Map<String, String> given = ResourceSettings.current();
    Map<String, Object> present = ProcessFacts.current();
    for (Change change : changes) {
      change.field.set(change.resource, renewed(change, given, present, entropy));
    }
  }

  @Override
  public void rehearse() throws Exception {
    Map<String, String> given = ResourceSettings.current();
    Map<String, Object> present = ProcessFacts.current();
    for (Change change : changes) {
      renewed(change, given, present, null);
      change.field.set(change.resource, change.attributes);
    }
  }

  /**
   * @param entropy the source of random ids, or null for a rehearsal, which makes none
   */
  private Object renewed(
      Change change, Map<String, String> given, Map<String, Object> present, Entropy entropy)
      throws Exception {
    Object builder = builder(change.attributes);
    for (String name : change.facts) {
      Object value = present.get(name);
      if (value == null) {
        remove(change, builder, name);
      } else {
        (value instanceof Long ? change.number : change.text).invoke(builder, name, value);
      }
    }
    if (change.instance != null) {
      change.text.invoke(builder, INSTANCE, instance(change.instance, entropy));
    }
    if (change.isService) {
      for (Map.Entry<String, String> each : given.entrySet()) {
        if (!each.getValue().equals(configured.get(each.getKey()))) {
          change.text.invoke(builder, each.getKey(), each.getValue());
        }
      }
      for (String property : STARTS) { // The properties have the same names as the attributes.
        change.text.invoke(builder, property, System.getProperty(property, ""));
      }
    }
    return call(builder, "build");
  }

  /** Removes an attribute that would be wrong, such as the id of a container that is left. */
  private static void remove(Change change, Object builder, String name)
      throws ReflectiveOperationException {
    if (change.remover != null) {
      Predicate<Object> isWrong = key -> key.toString().equals(name);
      change.remover.invoke(builder, isWrong);
    }
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
