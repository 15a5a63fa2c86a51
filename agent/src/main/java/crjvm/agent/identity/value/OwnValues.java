package crjvm.agent.identity.value;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A test for values that seem to identify this process: UUIDs, text that contains the name of this
 * machine or the id of this process, and the id itself.
 */
public final class OwnValues {
  /**
   * The versions of UUIDs that are different each time. UUIDs of other versions are often names
   * that all processes share.
   */
  private static final Set<Integer> RANDOM = Set.of(4, 7);

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private final Pattern own; // null if there is nothing to search for
  private final long pid; // -1 if it is too short

  private OwnValues(Pattern own, long pid) {
    this.own = own;
    this.pid = pid;
  }

  /**
   * Returns the test for this process. It matches whole words only. It ignores a process id of one
   * or two digits, which would match almost everywhere.
   */
  public static OwnValues now() {
    long pid = ProcessHandle.current().pid() > 99 ? ProcessHandle.current().pid() : -1;
    StringBuilder names = new StringBuilder(pid < 0 ? "" : Long.toString(pid));
    try {
      names.append(names.isEmpty() ? "" : "|").append(Pattern.quote(HostName.now()));
    } catch (IOException e) {
      // Without a host name, no value can contain it.
    }
    return new OwnValues(
        names.isEmpty() ? null : Pattern.compile("(?<![\\w.])(?:" + names + ")(?![\\w.])"), pid);
  }

  public boolean isIn(String text) {
    return own != null && own.matcher(text).find();
  }

  /**
   * Returns the kind of the value for a sentence, or null if the value does not seem to identify
   * the process.
   */
  public String kind(Object value) {
    if (value instanceof UUID id) {
      return RANDOM.contains(id.version()) ? "the UUID" : null;
    }
    if (value instanceof Integer || value instanceof Long) {
      return pid >= 0 && ((Number) value).longValue() == pid ? "this process's id" : null;
    }
    boolean isOwn = value instanceof String text && isIn(text);
    return isOwn ? "this process's id or this machine's name" : null;
  }

  /**
   * Returns whether the value is the text of a UUID. Constants of programs may be such texts, too.
   */
  public static boolean isUuid(Object value) {
    return value instanceof String text && UUID_TEXT.matcher(text).matches();
  }

  /** Returns whether the value occurs in any environment variable or system property. */
  public static boolean isGiven(String value) {
    return System.getenv().values().stream().anyMatch(each -> each.contains(value))
        || System.getProperties().values().stream()
            .anyMatch(each -> each instanceof String text && text.contains(value));
  }
}
