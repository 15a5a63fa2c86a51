package crjvm.it.app;

/**
 * Native code whose malloc blocks, some of them from before the checkpoint, grow and shrink all the
 * time.
 */
final class ReallocationExercise implements Exercise {
  private static final int ROUNDS = 500;

  private int seed;

  /** Returns how many blocks had changed, or -1 if there was no memory. */
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
