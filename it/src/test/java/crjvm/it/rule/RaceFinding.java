package crjvm.it.rule;

/** Code that breaks a rule. */
record RaceFinding(RaceRule rule, String file, long line, String code)
    implements Comparable<RaceFinding> {
  @Override
  public int compareTo(RaceFinding other) {
    int order = Long.compare(line, other.line);
    return order != 0 ? order : toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return rule + " " + file + ":" + line + " " + code;
  }
}
