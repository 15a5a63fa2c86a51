package crjvm.it.rule;

/** A rule of {@link TestCodeRules}. */
enum RaceRule {
  /** A pause instead of a wait for something. */
  SLEEP,
  /** A port that another process may have. */
  PORT,
  /** A limit of less than 10 s for something that has to happen. */
  LIMIT,
  /** A process by its id, which another process may have by then. */
  PROCESS,
  /** A fixed name in a place that others use, too. */
  FILE
}
