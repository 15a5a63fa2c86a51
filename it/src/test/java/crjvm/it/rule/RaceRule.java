package crjvm.it.rule;

/** A rule of {@link TestCodeRules}. */
enum RaceRule {
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
