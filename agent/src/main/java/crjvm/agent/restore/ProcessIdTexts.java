package crjvm.agent.restore;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Objects of logging libraries that have the process id in a text of theirs. */
public final class ProcessIdTexts {
  private static final List<Text> KEPT = new ArrayList<>();

  private ProcessIdTexts() {}

  /** A field of an object, which is held weakly. */
  private record Text(WeakReference<Object> owner, Field field) {}

  /** Keeps in mind those of the object's own texts that have the process id in them. */
  public static void add(Object made) throws IllegalAccessException {
    Pattern pid = word(ProcessHandle.current().pid());
    for (Field field : made.getClass().getDeclaredFields()) {
      if (field.getType() == String.class && !Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        String text = (String) field.get(made);
        if (text != null && pid.matcher(text).find()) {
          synchronized (KEPT) {
            KEPT.add(new Text(new WeakReference<>(made), field));
          }
        }
      }
    }
  }

  /**
   * Puts another one in its place.
   *
   * @return how often
   */
  static int replace(long before, long now) throws IllegalAccessException {
    Pattern pid = word(before);
    String replacement = Matcher.quoteReplacement(Long.toString(now));
    int count = 0;
    synchronized (KEPT) {
      for (Text text : KEPT) {
        Object owner = text.owner().get();
        if (owner != null) {
          String old = (String) text.field().get(owner);
          text.field().set(owner, pid.matcher(old).replaceAll(replacement));
          count++;
        }
      }
    }
    return count;
  }

  /** Not inside of another number or name. */
  private static Pattern word(long pid) {
    return Pattern.compile("(?<!\\w)" + pid + "(?!\\w)");
  }
}
