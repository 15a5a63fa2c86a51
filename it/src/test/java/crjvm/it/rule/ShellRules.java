package crjvm.it.rule;

import java.util.regex.Pattern;

/** Finds races in text that a shell runs, or in words of a command line. */
final class ShellRules {
  /**
   * The seconds after which every wait of a test is over. A longer sleep only keeps a process
   * alive.
   */
  private static final double FOR_EVER = 600;

  /** The beginning or end of a shell word. */
  private static final String EDGE = "(?<![\\w.+=/-])";

  private static final Pattern SLEEP = Pattern.compile(EDGE + "sleep (\\d+(?:\\.\\d+)?)");
  private static final Pattern LOOP =
      Pattern.compile(EDGE + "(?:while|until)\\s(?:(?!\\bdone\\b).)*\\bdo\\s((?!\\bdone\\b).)*$");
  private static final Pattern LIMIT =
      Pattern.compile(
          EDGE
              + "(?:timeout(?: -k \\d+)?|curl .*-m|--max-time|--connect-timeout|--time-limit)"
              + "[ =](\\d+(?:\\.\\d+)?)(?![\\w.])");

  /**
   * An option of the agent. {@code train-limit} may be short, because nothing fails when it ends.
   */
  private static final Pattern LIMIT_OPTION = Pattern.compile(EDGE + "time-limit=(\\d+)(ms|s)\\b");

  private static final Pattern PORT =
      Pattern.compile(
          "(?:\\b(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0)|\\[::1?\\]):(\\d+)"
              + "|"
              + EDGE
              + "--port[ =](\\d+)|\\bport=(\\d+)");
  private static final Pattern SHARED =
      Pattern.compile("(?<![\\w.])/(?:tmp|var/tmp|dev/shm|run/user)/[^\\s\"']*[\\w%][^\\s\"']*");

  private ShellRules() {}

  /** A receiver of findings. */
  interface Sink {
    void add(RaceRule rule, int at, String code);
  }

  static void find(String text, Sink sink) {
    String line = text.replace('\n', ' ').replace("%n", "  ");
    SLEEP
        .matcher(line)
        .results()
        .filter(match -> Double.parseDouble(match.group(1)) < FOR_EVER)
        .filter(match -> !LOOP.matcher(line.substring(0, match.start())).find())
        .forEach(match -> sink.add(RaceRule.SLEEP, match.start(), match.group()));
    LIMIT
        .matcher(line)
        .results()
        .filter(match -> Double.parseDouble(match.group(1)) < 10)
        .forEach(match -> sink.add(RaceRule.LIMIT, match.start(), match.group()));
    LIMIT_OPTION
        .matcher(line)
        .results()
        .filter(
            match -> Long.parseLong(match.group(1)) < (match.group(2).equals("s") ? 10 : 10_000))
        .forEach(match -> sink.add(RaceRule.LIMIT, match.start(), match.group()));
    PORT.matcher(line)
        .results()
        .filter(match -> !match.group().matches(".*\\D[01]"))
        .forEach(match -> sink.add(RaceRule.PORT, match.start(), match.group()));
    SHARED
        .matcher(line)
        .results()
        .forEach(match -> sink.add(RaceRule.FILE, match.start(), match.group()));
  }
}
