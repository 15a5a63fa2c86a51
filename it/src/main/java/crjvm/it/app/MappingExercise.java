package crjvm.it.app;

/**
 * Native code with memory that it mapped itself: MADV_DONTNEED makes zeroes of it, and mremap lets
 * it grow beyond what an image holds of it.
 */
final class MappingExercise implements Exercise {
  private static native boolean map();

  /** 0, or the number of the first thing that is not as it should be. */
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
