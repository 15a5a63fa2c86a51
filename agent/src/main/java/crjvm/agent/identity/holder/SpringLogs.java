package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

/**
 * The process id in Spring Boot's environment, and in its structured logs for Logback and Log4j.
 * The formatters of these logs read the environment once.
 */
public final class SpringLogs implements Holder {
  private static final String PACKAGE = "org.springframework.boot.";
  private static final String PROPERTIES = PACKAGE + "ApplicationInfoPropertySource";
  private static final String ENCODER = PACKAGE + "logging.logback.StructuredLogEncoder";
  private static final String LAYOUT = PACKAGE + "logging.log4j2.StructuredLogLayout";

  /**
   * The names of the formats, because a layout does not keep the one that it was configured with.
   */
  private static final Map<String, String> FORMATS =
      Map.of(
          PACKAGE + "logging.log4j2.ElasticCommonSchemaStructuredLogFormatter", "ecs",
          PACKAGE + "logging.log4j2.GraylogExtendedLogFormatStructuredLogFormatter", "gelf",
          PACKAGE + "logging.log4j2.LogstashStructuredLogFormatter", "logstash");

  private static final String PID = "spring.application.pid";

  @Override
  public List<String> objects() {
    return List.of(PROPERTIES, ENCODER, LAYOUT);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    switch (owner.getClass().getName()) {
      case PROPERTIES ->
          found.add(new Property((Map<String, Object>) Members.get(owner, "source")));
      case LAYOUT -> lookAtLayout(owner, found);
      default -> lookAtEncoder(owner, found);
    }
  }

  private static void lookAtEncoder(Object owner, Found found) throws ReflectiveOperationException {
    Object format = Members.get(owner, "format");
    MutableField formatter = new MutableField(Members.field(owner.getClass(), "formatter"));
    if (format != null && formatter.get(owner) != null) {
      Method maker = Members.method(owner.getClass(), "createFormatter", String.class);
      found.addLast(new Encoder(owner, formatter, maker, format));
    }
  }

  private static void lookAtLayout(Object owner, Found found) throws ReflectiveOperationException {
    MutableField formatter = new MutableField(Members.field(owner.getClass(), "formatter"));
    String type = formatter.get(owner).getClass().getName();
    Object builder = Members.method(owner.getClass(), "newBuilder").invoke(null);
    Members.field(builder.getClass(), "loggerContext").set(builder, context(owner));
    Members.field(builder.getClass(), "format").set(builder, FORMATS.getOrDefault(type, type));
    Method maker = Members.method(builder.getClass(), "build");
    found.addLast(new Layout(owner, formatter, builder, maker));
  }

  /** Returns the context in which Spring has put its environment. */
  private static Object context(Object layout) throws ReflectiveOperationException {
    ClassLoader loader = layout.getClass().getClassLoader();
    Class<?> manager = Class.forName("org.apache.logging.log4j.LogManager", false, loader);
    Method context = Members.method(manager, "getContext", ClassLoader.class, boolean.class);
    return context.invoke(null, loader, false);
  }

  private record Layout(Object owner, MutableField field, Object builder, Method maker)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      field.set(owner, field.get(Members.call(builder, maker)));
    }

    @Override
    public void rehearse() throws Exception {
      field.get(Members.call(builder, maker));
      field.set(owner, field.get(owner));
    }
  }

  private record Property(Map<String, Object> properties) implements Renewal {
    @Override
    public void renew(Entropy entropy) {
      properties.replace(PID, ProcessHandle.current().pid());
    }

    @Override
    public void rehearse() {
      properties.replace(PID, properties.get(PID));
    }
  }

  private record Encoder(Object owner, MutableField field, Method maker, Object format)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      field.set(owner, Members.call(owner, maker, format));
    }

    @Override
    public void rehearse() throws Exception {
      Members.call(owner, maker, format);
      field.set(owner, field.get(owner));
    }
  }
}
