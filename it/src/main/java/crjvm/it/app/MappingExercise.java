package crjvm.it.app;

/**
 * Native code with memory that it mapped itself. MADV_DONTNEED zeroes that memory, and mremap lets
 * it grow beyond the part that the image holds.
 */
final class MappingExercise implements Exercise {
  private static native boolean map();

  /** Returns 0, or the number of the first check that failed. */
  private static native int use();

  @Override
  public void prepare() {
    System.load(System.getProperty("crjvm.it.native"));
    Exercise.check(map(), "there is no memory");
  }

  @Override
  public String run() {
    int wrong = use();
    Exercise.check(wrong == 0, "step %d of the mapping is wrong", wrong);
    return "ok";
  }
}
