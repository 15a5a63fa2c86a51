package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Reachable;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * OpenTelemetry's resources, which hold the attributes of the process that all its spans, metrics
 * and logs have. OpenTelemetry's Java agent makes its resources before crjvm's agent is loaded if
 * crjvm's agent is the second one on the command line. They are found through a static field of
 * that agent.
 */
public final class OpenTelemetryResources implements Holder {
  private static final String PACKAGE = "io.opentelemetry.";
  private static final String RESOURCE = PACKAGE + "sdk.resources.Resource";
  private static final String GLOBAL = "io.opentelemetry.api.GlobalOpenTelemetry";
  private static final String AGENTS_GLOBAL = PACKAGE + "javaagent.shaded." + GLOBAL;

  /** This class caches the bytes that it sends for a resource. */
  private static final String MARSHALER = PACKAGE + "exporter.internal.otlp.ResourceMarshaler";

  /** The classes on the way from the static field to the resources. */
  private static final Reachable RESOURCES =
      new Reachable(
          RESOURCE,
          Pattern.compile("io\\.opentelemetry\\..*(?:OpenTelemetry|Provider|SharedState)[^.]*"));

  @Override
  public List<String> objects() {
    return List.of(RESOURCE);
  }

  /**
   * Returns no class if the static field leads to resources. They belong to the Java agent, or to
   * an SDK that the application has registered.
   */
  @Override
  public List<String> unknownLater(List<Class<?>> loaded) throws ReflectiveOperationException {
    for (Class<?> type : loaded) {
      boolean isGlobal = type.getName().equals(GLOBAL) || type.getName().equals(AGENTS_GLOBAL);
      if (isGlobal && !shared(type).isEmpty()) {
        return List.of();
      }
    }
    return List.of(PACKAGE + "sdk.resources.AutoValue_Resource");
  }

  private static Set<Object> shared(Class<?> type) throws ReflectiveOperationException {
    return RESOURCES.from(Members.field(type, "globalOpenTelemetry").get(null));
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
      for (Object resource : shared(type)) {
        renew(resource, found);
      }
    }
  }

  private static void renew(Object resource, Found found) throws ReflectiveOperationException {
    if (found.isFirst(resource)) {
      found.renewal(ResourceAttributes.class, ResourceAttributes::new).add(resource, found);
    }
  }
}
