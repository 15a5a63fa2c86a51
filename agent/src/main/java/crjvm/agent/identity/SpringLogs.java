package crjvm.agent.identity;

import crjvm.agent.library.Members;
import crjvm.agent.os.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

/**
 * The process id in Spring Boot's environment, and in its structured logs by Logback, which are put
 * together of the environment once.
 */
final class SpringLogs implements Holder {
  private static final String PACKAGE = "org.springframework.boot.";
  private static final String PROPERTIES = PACKAGE + "ApplicationInfoPropertySource";
  private static final String ENCODER = PACKAGE + "logging.logback.StructuredLogEncoder";
  private static final String PID = "spring.application.pid";

  @Override
  public List<String> objects() {
    return List.of(PROPERTIES, ENCODER);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner.getClass().getName().equals(PROPERTIES)) {
      found.add(new Property((Map<String, Object>) Members.get(owner, "source")));
      return;
    }
    Object format = Members.get(owner, "format");
    MutableField formatter = new MutableField(Members.field(owner.getClass(), "formatter"));
    if (format != null && formatter.get(owner) != null) {
      Method maker = Members.method(owner.getClass(), "createFormatter", String.class);
      found.addLast(new Encoder(owner, formatter, maker, format));
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
