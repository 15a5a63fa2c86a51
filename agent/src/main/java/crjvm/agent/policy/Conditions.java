package crjvm.agent.policy;

import crjvm.agent.os.process.OpenFile;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The conditions of rules for files, pipes and plain descriptors. */
final class Conditions {
  private static final String DELETED = " (deleted)";

  private Conditions() {}

  /**
   * @param glob a pattern of {@code FileSystem.getPathMatcher}; null: every file
   */
  static Predicate<OpenFile> file(PolicyValue glob) throws PolicyException {
    Predicate<OpenFile> isFile = file -> !file.isSocket() && file.hasPath();
    if (glob == null) {
      return isFile;
    }
    PathMatcher matcher = matcher(glob);
    return isFile.and(file -> matches(matcher, path(file)));
  }

  static PathMatcher matcher(PolicyValue glob) throws PolicyException {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob.value());
    } catch (PatternSyntaxException e) {
      throw new PolicyException(
          glob.line(), "\"" + glob.value() + "\" is not a pattern (" + e.getDescription() + ")");
    }
  }

  static boolean matches(PathMatcher matcher, String path) {
    try {
      return matcher.matches(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String path(OpenFile file) {
    String target = file.target();
    return file.links() == 0 && target.endsWith(DELETED)
        ? target.substring(0, target.length() - DELETED.length())
        : target;
  }

  static Predicate<OpenFile> pipe() {
    return file -> file.isFifo() && !file.hasPath();
  }

  /**
   * Returns a condition on the descriptor's number, or on a part of its description in /proc. A
   * condition that the rule does not have is null.
   */
  static Predicate<OpenFile> descriptor(PolicyValue number, PolicyValue regex)
      throws PolicyException {
    Predicate<OpenFile> condition = file -> true;
    if (number != null) {
      int wanted = number(number);
      condition = condition.and(file -> file.number() == wanted);
    }
    if (regex != null) {
      Pattern pattern = pattern(regex);
      condition = condition.and(file -> pattern.matcher(file.target()).find());
    }
    return condition;
  }

  static int number(PolicyValue value) throws PolicyException {
    try {
      return Integer.parseInt(value.value());
    } catch (NumberFormatException e) {
      throw new PolicyException(value.line(), "\"" + value.value() + "\" is not a number");
    }
  }

  private static Pattern pattern(PolicyValue regex) throws PolicyException {
    try {
      return Pattern.compile(regex.value());
    } catch (PatternSyntaxException e) {
      throw new PolicyException(
          regex.line(),
          "\"" + regex.value() + "\" is not a regular expression (" + e.getDescription() + ")");
    }
  }
}
