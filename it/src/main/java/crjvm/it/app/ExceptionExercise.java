package crjvm.it.app;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Exceptions that HotSpot raises in signal handlers (SIGSEGV, SIGFPE), and stack overflows. */
final class ExceptionExercise implements Exercise {
  private static final int WARM = 20_000;
  private static final int LEAST_DEPTH = 1_000;

  private static final class Box {
    int value = 3;
  }

  private int depth;

  private static int read(Box box) {
    return box.value;
  }

  private static int divide(int a, int b) {
    return a / b;
  }

  private static int element(int[] array, int index) {
    return array[index];
  }

  @Override
  public String run() throws Exception {
    int sum = 0;
    Box box = new Box();
    int[] array = {1, 2, 3};
    for (int i = 0; i < WARM; i++) {
      sum += read(box) + divide(i, 3) + element(array, i % 3);
    }
    for (int i = 0; i < 100; i++) {
      expect(NullPointerException.class, () -> read(null));
      expect(ArithmeticException.class, () -> divide(1, 0));
      expect(ArrayIndexOutOfBoundsException.class, () -> element(array, 3));
    }
    int here = overflow();
    FutureTask<Integer> task = new FutureTask<>(this::overflow);
    new Thread(task, "deep").start();
    int there = task.get(20, TimeUnit.SECONDS);
    return "sum " + sum + ", depths " + here + " and " + there;
  }

  private static void expect(Class<? extends Exception> type, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      Exercise.check(type.isInstance(e), "%s instead of %s", e, type.getSimpleName());
      return;
    }
    throw new IllegalStateException("no " + type.getSimpleName());
  }

  /** Overflows the stack twice: HotSpot has to arm the yellow zone again after the first time. */
  private int overflow() {
    int deepest = 0;
    for (int i = 0; i < 2; i++) {
      depth = 0;
      try {
        descend();
        throw new IllegalStateException("no StackOverflowError");
      } catch (StackOverflowError e) {
        Exercise.check(depth > LEAST_DEPTH, "the stack ended after %d calls", depth);
        deepest = depth;
      }
    }
    return deepest;
  }

  @SuppressWarnings("InfiniteRecursion") // The recursion is intended.
  private void descend() {
    depth++;
    descend();
  }
}
