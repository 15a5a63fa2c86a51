package crjvm.it.app;

/** Native code whose blocks of malloc, some of them from before, grow and shrink all the time. */
final class ReallocationExercise implements Exercise {
  private static final int ROUNDS = 500;

  private int seed;

  /** How many blocks were not as they had been left; -1: no memory. */
  private static native int reallocate(int rounds, int seed);

  @Override
  public void prepare() {
    System.load(System.getProperty("crjvm.it.native"));
    Exercise.check(reallocate(ROUNDS, seed) == 0, "reallocation fails before the checkpoint");
  }

  @Override
  public String run() {
    seed++;
    int wrong = reallocate(ROUNDS, seed);
    Exercise.check(wrong == 0, "%d blocks of malloc are wrong", wrong);
    return ROUNDS + " reallocations";
  }
}
