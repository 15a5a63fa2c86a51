package crjvm.it.rule;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds what test code must not do because it races with other processes, or with a busy machine.
 * It reads the sources, in which the numbers and texts are still visible.
 */
final class TestCodeRules {
  private static final Pattern C_SLEEP =
      Pattern.compile("\\b(?:sleep|usleep|nanosleep|clock_nanosleep)\\s*\\([^;]*;");

  private TestCodeRules() {}

  /**
   * Returns the findings in a file. The name tells the language; a file without an ending is a
   * shell script.
   */
  static Collection<RaceFinding> find(String name, String text) throws IOException {
    if (name.endsWith(".java")) {
      return JavaRules.find(name, text);
    }
    Set<RaceFinding> found = new TreeSet<>();
    if (name.endsWith(".c")) {
      // Only sleeps are checked, because C code has nothing else.
      C_SLEEP
          .matcher(text)
          .results()
          .forEach(
              match ->
                  found.add(finding(RaceRule.SLEEP, name, text, match.start(), match.group())));
    } else {
      ShellRules.find(text, (rule, at, code) -> found.add(finding(rule, name, text, at, code)));
    }
    return found;
  }

  private static RaceFinding finding(RaceRule rule, String name, String text, int at, String code) {
    long line = 1 + text.substring(0, at).chars().filter(each -> each == '\n').count();
    return new RaceFinding(rule, name, line, code);
  }
}
