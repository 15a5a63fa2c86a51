package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;

/**
 * The time zone of timestamps in Log4j's JSON templates, where it is the machine's zone. If a
 * template has chosen the machine's zone, it looks like a template that has chosen none. Most
 * templates that choose a zone use {@code UTC}, so {@code UTC} is not changed.
 */
public final class Log4jTemplates implements Holder {
  private static final String RESOLVER =
      "org.apache.logging.log4j.layout.template.json.resolver.TimestampResolver$PatternResolver";
  private static final String FORMATTER =
      "org.apache.logging.log4j.core.util.internal.instant.InstantPatternFormatter";
  private static final String CHOSEN = "UTC";

  @Override
  public List<String> objects() {
    return List.of(RESOLVER);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    TimeZone machines = TimeZone.getDefault();
    MutableField field = new MutableField(Members.field(owner.getClass(), "formatter"));
    Object formatter = field.get(owner);
    if (!machines.equals(plain(formatter, "getTimeZone")) || machines.getID().equals(CHOSEN)) {
      return;
    }
    ClassLoader loader = owner.getClass().getClassLoader();
    Class<?> type = Class.forName(FORMATTER, false, loader);
    Object builder = Members.method(type, "newBuilder").invoke(null);
    set(builder, "setPattern", String.class, plain(formatter, "getPattern"));
    set(builder, "setLocale", Locale.class, plain(formatter, "getLocale"));
    Method zone = Members.method(builder.getClass(), "setTimeZone", TimeZone.class);
    Method maker = Members.method(builder.getClass(), "build");
    found.add(new Remaking(owner, field, builder, zone, maker, machines));
  }

  private static Object plain(Object object, String method) throws ReflectiveOperationException {
    return Members.method(object.getClass(), method).invoke(object);
  }

  private static void set(Object builder, String method, Class<?> type, Object value)
      throws ReflectiveOperationException {
    Members.method(builder.getClass(), method, type).invoke(builder, value);
  }

  /**
   * The change of a formatter. It makes a new one with the same pattern for the zone of the start.
   */
  private record Remaking(
      Object owner, MutableField field, Object builder, Method zone, Method maker, TimeZone before)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      if (!TimeZone.getDefault().equals(before)) {
        field.set(owner, make());
      }
    }

    @Override
    public void rehearse() throws Exception {
      make();
      field.set(owner, field.get(owner));
    }

    private Object make() throws Exception {
      Members.call(builder, zone, TimeZone.getDefault());
      return Members.call(builder, maker);
    }
  }
}
