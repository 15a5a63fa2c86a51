package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.InstanceName;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.library.Members;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * The common tags of a registry's meters that name the process or the machine. A copy gets its own
 * in the filters of the registry and in the meters that are there.
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
    MicrometerMeters meters =
        found.renewal(MicrometerMeters.class, () -> new MicrometerMeters(found));
    boolean isKnown = meters.addRegistry(owner);
    Look look = new Look(isKnown, meters, OwnValues.now(), found);
    for (Object filter : (Object[]) Members.get(owner, "filters")) {
      look.at(filter);
    }
  }

  /** A look at the filters of one registry. */
  private record Look(boolean isKnown, MicrometerMeters meters, OwnValues own, Found found) {
    /** Examines a filter and the filters in it, because Spring Boot's filter contains another. */
    void at(Object filter) throws ReflectiveOperationException {
      for (Field field : filter.getClass().getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
          continue;
        }
        field.setAccessible(true);
        Object value = field.get(filter);
        if (value != null && field.getType().getName().equals(FILTER)) {
          at(value);
        } else if (value instanceof Iterable<?> tags && isPlain(tags.getClass())) {
          boolean isRenewed = isKnown && isReplaceable(field, tags);
          for (Object tag : tags) {
            atTag(tag, isRenewed);
          }
          if (isRenewed) {
            meters.addFilter(filter, field, tags);
          }
        }
      }
    }

    /** Returns whether the field can have the tags of a copy, which may be in a list. */
    private static boolean isReplaceable(Field field, Iterable<?> tags) {
      return MicrometerIds.isTags(tags.getClass())
          || field.getType().isAssignableFrom(ArrayList.class);
    }

    private void atTag(Object tag, boolean isRenewed) throws ReflectiveOperationException {
      if (tag == null || !MicrometerIds.isPlain(tag)) {
        return;
      }
      String key = (String) Members.get(tag, "key");
      String value = (String) Members.get(tag, "value");
      InstanceName name = InstanceName.of(key, value);
      if (name != null && isRenewed) {
        meters.addTag(key, value, name);
      } else if (name != null || own.isIn(value)) {
        found.share("the tag " + key + "=\"" + value + "\" of all meters");
      }
    }

    /** Returns whether the iterator of this type runs no code of the application. */
    private static boolean isPlain(Class<?> type) {
      return type.getName().equals(PACKAGE + "Tags") || type.getName().startsWith("java.util.");
    }
  }
}
