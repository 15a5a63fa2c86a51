package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.library.Members;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * The common tags of a registry's meters that name the process or the machine. Existing meters keep
 * them.
 */
public final class MicrometerTags implements Holder {
  private static final String PACKAGE = "io.micrometer.core.instrument.";
  private static final String FILTER = PACKAGE + "config.MeterFilter";

  @Override
  public List<String> objects() {
    return List.of(PACKAGE + "MeterRegistry");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    for (Object filter : (Object[]) Members.get(owner, "filters")) {
      lookAtFilter(filter, OwnValues.now(), found);
    }
  }

  /** Examines a filter and the filters in it, because Spring Boot's filter contains another one. */
  private static void lookAtFilter(Object filter, OwnValues own, Found found)
      throws ReflectiveOperationException {
    for (Field field : filter.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
        continue;
      }
      field.setAccessible(true);
      Object value = field.get(filter);
      if (value != null && field.getType().getName().equals(FILTER)) {
        lookAtFilter(value, own, found);
      } else if (value instanceof Iterable<?> tags && isPlain(tags.getClass())) {
        for (Object tag : tags) {
          lookAtTag(tag, own, found);
        }
      }
    }
  }

  /** Returns whether the iterator of this type runs no code of the application. */
  private static boolean isPlain(Class<?> type) {
    return type.getName().equals(PACKAGE + "Tags") || type.getName().startsWith("java.util.");
  }

  private static void lookAtTag(Object tag, OwnValues own, Found found)
      throws ReflectiveOperationException {
    if (tag != null && tag.getClass().getName().equals(PACKAGE + "ImmutableTag")) {
      String value = (String) Members.get(tag, "value");
      if (own.isIn(value)) {
        found.share("the tag " + Members.get(tag, "key") + "=\"" + value + "\" of all meters");
      }
    }
  }
}
