package crjvm.agent.restore;

import crjvm.agent.message.Console;
import crjvm.agent.os.jdk.MutableField;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** Objects of logging libraries with texts that contain the process id. */
public final class ProcessIdTexts {
  private static final List<Text> KEPT = new ArrayList<>();

  private ProcessIdTexts() {}

  /** A text in a field of an object, which is held weakly. */
  private record Text(WeakReference<Object> owner, MutableField field) {}

  /**
   * Remembers those texts of the object that contain the process id. The constructor of the object
   * calls it, so a failure must not reach the application.
   */
  public static void note(Object made) {
    try {
      add(made);
    } catch (Throwable e) {
      Console.trace(e); // The object keeps the process id that it has.
    }
  }

  static void add(Object made) throws IllegalAccessException {
    String pid = Long.toString(ProcessHandle.current().pid());
    for (Field field : made.getClass().getDeclaredFields()) {
      if (field.getType() == String.class && !Modifier.isStatic(field.getModifiers())) {
        MutableField mutable = new MutableField(field);
        String text = (String) mutable.get(made);
        if (text != null && find(text, pid, 0) >= 0) {
          synchronized (KEPT) {
            KEPT.add(new Text(new WeakReference<>(made), mutable));
          }
        }
      }
    }
  }

  /**
   * Replaces the process id.
   *
   * @return the number of texts
   */
  static int replace(long before, long now) throws IllegalAccessException {
    int count = 0;
    synchronized (KEPT) {
      for (Text text : KEPT) {
        Object owner = text.owner().get();
        if (owner != null) {
          String old = (String) text.field().get(owner);
          text.field().set(owner, replaced(old, Long.toString(before), Long.toString(now)));
          count++;
        }
      }
    }
    return count;
  }

  /**
   * Returns the text with another process id. It uses no regular expression, which would have to be
   * compiled after every restore.
   */
  static String replaced(String text, String pid, String by) {
    StringBuilder result = new StringBuilder();
    int done = 0;
    for (int at = find(text, pid, 0); at >= 0; at = find(text, pid, done)) {
      result.append(text, done, at).append(by);
      done = at + pid.length();
    }
    return result.append(text, done, text.length()).toString();
  }

  /**
   * Returns the index of the process id from a position on, or -1. Parts of other numbers or names
   * do not count.
   */
  private static int find(String text, String pid, int from) {
    for (int at = text.indexOf(pid, from); at >= 0; at = text.indexOf(pid, at + 1)) {
      if (!isWord(text, at - 1) && !isWord(text, at + pid.length())) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isWord(String text, int at) {
    if (at < 0 || at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  static void rehearse() {
    replaced("1 [1] 11", "1", "2");
  }
}
