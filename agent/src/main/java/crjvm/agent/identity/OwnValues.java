package crjvm.agent.identity;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Tells values that look as if they said who this process is: a UUID, and text in which the name of
 * this machine or the id of this process stands.
 */
final class OwnValues {
  /** Versions of UUIDs that are made anew each time; others are often names that all have. */
  private static final Set<Integer> RANDOM = Set.of(4, 7);

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private final Pattern own; // null: there is nothing to be found

  private OwnValues(Pattern own) {
    this.own = own;
  }

  /** As whole words; a process id of one or two digits would be everywhere. */
  static OwnValues now() {
    String pid = Long.toString(ProcessHandle.current().pid());
    StringBuilder names = new StringBuilder(pid.length() > 2 ? pid : "");
    try {
      names.append(names.isEmpty() ? "" : "|").append(Pattern.quote(HostName.now()));
    } catch (IOException e) {
      // then nobody has it
    }
    return new OwnValues(
        names.isEmpty() ? null : Pattern.compile("(?<![\\w.])(?:" + names + ")(?![\\w.])"));
  }

  boolean isIn(String text) {
    return own != null && own.matcher(text).find();
  }

  /** For a sentence; null: it does not look so. */
  String kind(Object value) {
    if (value instanceof UUID id) {
      return RANDOM.contains(id.version()) ? "the UUID" : null;
    }
    boolean isOwn = value instanceof String text && isIn(text);
    return isOwn ? "this process's id or this machine's name" : null;
  }

  /** Whether it is the text of a UUID; among constants of programs there are such texts, too. */
  static boolean isUuid(Object value) {
    return value instanceof String text && UUID_TEXT.matcher(text).matches();
  }
}
