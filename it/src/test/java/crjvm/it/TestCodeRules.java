package crjvm.it;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What test code must not do, because it races: with other processes, or with a busy machine. Reads
 * sources, in which numbers and texts are still what they are.
 */
final class TestCodeRules {
  /** The rules. */
  enum Rule {
    /** A pause instead of a wait for something. */
    SLEEP,
    /** A port that somebody else may have. */
    PORT,
    /** Less than 10 s for something that has to happen. */
    LIMIT,
    /** A process by its number, which another one may have by then. */
    PROCESS,
    /** A fixed name in a place that others use, too. */
    FILE
  }

  /** Code that breaks a rule. */
  record Finding(Rule rule, String file, long line, String code) implements Comparable<Finding> {
    @Override
    public int compareTo(Finding other) {
      int order = Long.compare(line, other.line);
      return order != 0 ? order : toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return rule + " " + file + ":" + line + " " + code;
    }
  }

  private static final Pattern C_SLEEP =
      Pattern.compile("\\b(?:sleep|usleep|nanosleep|clock_nanosleep)\\s*\\([^;]*;");

  private TestCodeRules() {}

  /** What is found in a file, whose name says what it is; without an ending, a shell script. */
  static Collection<Finding> find(String name, String text) throws IOException {
    if (name.endsWith(".java")) {
      return JavaRules.find(name, text);
    }
    Set<Finding> found = new TreeSet<>();
    if (name.endsWith(".c")) {
      // Sleeps alone: nothing else occurs there.
      C_SLEEP
          .matcher(text)
          .results()
          .forEach(
              match -> found.add(finding(Rule.SLEEP, name, text, match.start(), match.group())));
    } else {
      ShellRules.find(text, (rule, at, code) -> found.add(finding(rule, name, text, at, code)));
    }
    return found;
  }

  private static Finding finding(Rule rule, String name, String text, int at, String code) {
    long line = 1 + text.substring(0, at).chars().filter(each -> each == '\n').count();
    return new Finding(rule, name, line, code);
  }
}
