package crjvm.agent.identity;

import crjvm.agent.library.Members;
import crjvm.agent.os.MutableField;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * OpenTelemetry's resources: the attributes of the process that all its spans, metrics and logs
 * have. Those of its Java agent are made before crjvm's agent comes if that is the second one on
 * the command line, and are found from the agent's static field on.
 */
final class OpenTelemetryResources implements Holder {
  private static final String PACKAGE = "io.opentelemetry.";
  private static final String RESOURCE = PACKAGE + "sdk.resources.Resource";
  private static final String GLOBAL = "io.opentelemetry.api.GlobalOpenTelemetry";
  private static final String AGENTS_GLOBAL = PACKAGE + "javaagent.shaded." + GLOBAL;

  /** It keeps what it sends of a resource. */
  private static final String MARSHALER = PACKAGE + "exporter.internal.otlp.ResourceMarshaler";

  /** What leads from the static field to the resources. */
  private static final Pattern ON_THE_WAY =
      Pattern.compile("io\\.opentelemetry\\..*(?:OpenTelemetry|Provider|SharedState)[^.]*");

  @Override
  public List<String> objects() {
    return List.of(RESOURCE);
  }

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(GLOBAL, List.of(), AGENTS_GLOBAL, List.of(), MARSHALER, List.of());
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (!(owner instanceof Class<?> type)) {
      renew(owner, found);
    } else if (type.getName().equals(MARSHALER)) {
      if (Members.declares(type, "RESOURCE_MARSHALER_CACHE")) {
        Object cache = Members.field(type, "RESOURCE_MARSHALER_CACHE").get(null);
        MutableField map = new MutableField(Members.field(cache.getClass(), "target"));
        found.add(new FieldChange(cache, map, entropy -> new ConcurrentHashMap<>()));
      }
    } else {
      Object global = Members.field(type, "globalOpenTelemetry").get(null);
      for (Object resource : resources(global)) {
        renew(resource, found);
      }
    }
  }

  private static void renew(Object resource, Found found) throws ReflectiveOperationException {
    ResourceAttributes attributes =
        found.renewal(ResourceAttributes.class, ResourceAttributes::new);
    attributes.add(resource, found);
  }

  private static Set<Object> resources(Object root) throws ReflectiveOperationException {
    Set<Object> resources = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>();
    if (root != null) {
      left.add(root);
    }
    while (!left.isEmpty()) {
      Object object = left.remove();
      if (isResource(object)) {
        resources.add(object);
      } else if (seen.add(object) && ON_THE_WAY.matcher(object.getClass().getName()).matches()) {
        addFields(object, left);
      }
    }
    return resources;
  }

  private static boolean isResource(Object object) {
    Class<?> parent = object.getClass().getSuperclass();
    return parent != null && parent.getName().equals(RESOURCE)
        || object.getClass().getName().equals(RESOURCE);
  }

  private static void addFields(Object object, Deque<Object> left)
      throws ReflectiveOperationException {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && field.getType().getName().startsWith(PACKAGE)) {
          field.setAccessible(true);
          Object value = field.get(object);
          if (value != null) {
            left.add(value);
          }
        }
      }
    }
  }
}
