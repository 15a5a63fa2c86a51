package crjvm.agent.event;

/**
 * The phases of a checkpoint in nanoseconds: the application's callbacks, the dump, the compiler.
 */
public record CheckpointPhases(long callbacks, long dump, long compilation) {
  public long total() {
    return callbacks + dump + compilation;
  }
}
