package crjvm.agent.event;

/** How long a checkpoint took, in nanoseconds: the application's callbacks, dump, compiler. */
public record CheckpointPhases(long callbacks, long dump, long compilation) {
  public long total() {
    return callbacks + dump + compilation;
  }
}
