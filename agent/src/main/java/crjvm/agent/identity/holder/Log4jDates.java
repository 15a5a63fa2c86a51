package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time zone of dates in Log4j's pattern layouts, where it is the machine's zone. Names and
 * times of rolled files keep the old zone.
 */
public final class Log4jDates implements Holder {
  private static final String PACKAGE = "org.apache.logging.log4j.core.";
  private static final String LAYOUT = PACKAGE + "layout.PatternLayout";
  private static final String DATE = PACKAGE + "pattern.DatePatternConverter";

  /** All parts of a pattern extend one of these classes. */
  private static final Set<String> PIECES =
      Set.of(PACKAGE + "pattern.PatternFormatter", PACKAGE + "pattern.AbstractPatternConverter");

  /** The pattern of a date with its own zone. Since 2.25 only the layout's text shows the zone. */
  private static final Pattern ZONE = Pattern.compile("%[-.0-9]*(?:d|date)\\{[^}]*}\\{([^}]*)}");

  @Override
  public List<String> objects() {
    return List.of(LAYOUT);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    String text = (String) Members.get(owner, "conversionPattern");
    Set<String> chosen = new HashSet<>();
    for (Matcher zone = ZONE.matcher(text == null ? "" : text); zone.find(); ) {
      chosen.add(TimeZone.getTimeZone(zone.group(1)).getID());
    }
    Set<Object> pieces = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(Members.get(owner, "eventSerializer"), pieces);
    for (Object piece : pieces) {
      if (piece.getClass().getName().equals(DATE)) {
        lookAtDate(piece, chosen, found);
      }
    }
  }

  private static void lookAtDate(Object date, Set<String> chosen, Found found)
      throws ReflectiveOperationException {
    TimeZone machines = TimeZone.getDefault();
    String[] options;
    if (Members.hasField(date, "options")) { // before 2.25
      options = (String[]) Members.get(date, "options");
      if (options != null && options.length > 1 && options[1] != null) {
        return; // The configuration has chosen this zone.
      }
    } else {
      Object formatter = Members.get(date, "formatter");
      if (!isOfZone(formatter, machines) || chosen.contains(machines.getID())) {
        return;
      }
      String pattern = (String) plain(formatter, "getPattern");
      Locale locale = (Locale) plain(formatter, "getLocale");
      options = new String[] {pattern, null, locale.toLanguageTag()};
    }
    Method maker = Members.method(date.getClass(), "newInstance", String[].class);
    found.add(new Remaking(date, maker, options, fields(date.getClass()), machines));
  }

  /** Returns whether the formatter uses this zone. Formatters of seconds have no zone. */
  private static boolean isOfZone(Object formatter, TimeZone zone)
      throws ReflectiveOperationException {
    try {
      return zone.equals(plain(formatter, "getTimeZone"));
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static Object plain(Object object, String method) throws ReflectiveOperationException {
    return Members.method(object.getClass(), method).invoke(object);
  }

  private static List<MutableField> fields(Class<?> type) {
    List<MutableField> fields = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        fields.add(new MutableField(field));
      }
    }
    return fields;
  }

  /** Adds the value and all parts that it contains, because patterns may be nested. */
  private static void collect(Object value, Set<Object> pieces) throws IllegalAccessException {
    if (value instanceof Object[] array) {
      collectAll(Arrays.asList(array), pieces);
    } else if (value instanceof List<?> list) {
      collectAll(list, pieces);
    } else if (value != null && isPiece(value.getClass()) && pieces.add(value)) {
      for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            field.setAccessible(true);
            collect(field.get(value), pieces);
          }
        }
      }
    }
  }

  private static void collectAll(List<?> values, Set<Object> pieces) throws IllegalAccessException {
    for (Object value : values) {
      collect(value, pieces);
    }
  }

  private static boolean isPiece(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (PIECES.contains(each.getName())) {
        return true;
      }
    }
    return type.getName().startsWith(LAYOUT + "$"); // the serializers of a layout
  }

  /** A change of a date part. It makes a new part from the same pattern and copies its fields. */
  private record Remaking(
      Object date, Method maker, String[] options, List<MutableField> fields, TimeZone before)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      if (TimeZone.getDefault().equals(before)) {
        return;
      }
      Object other = Members.call(null, maker, (Object) options);
      for (MutableField field : fields) {
        field.set(date, field.get(other));
      }
    }

    @Override
    public void rehearse() throws Exception {
      Object other = Members.call(null, maker, (Object) options);
      for (MutableField field : fields) {
        field.get(other);
        field.set(date, field.get(date));
      }
    }
  }
}
