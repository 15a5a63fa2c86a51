package crjvm.it.app;

import java.lang.reflect.Method;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Virtual threads, where the JDK has them: one from before the checkpoint, and new ones. */
final class VirtualThreadExercise implements Exercise {
  private static final int THREADS = 100;

  private final LinkedBlockingQueue<Integer> questions = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

  /** Starts a virtual thread by reflection, because the code is compiled for Java 17. */
  private static boolean start(Runnable task) throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return false;
    }
    Method method = Thread.class.getMethod("startVirtualThread", Runnable.class);
    method.invoke(null, task);
    return true;
  }

  @Override
  public void prepare() throws Exception {
    start(this::answer);
  }

  private void answer() {
    try {
      while (true) {
        answers.put(questions.take() + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String run() throws Exception {
    LinkedBlockingQueue<Integer> done = new LinkedBlockingQueue<>();
    for (int i = 0; i < THREADS; i++) {
      if (!start(() -> sleepThenTell(done))) {
        return "this JDK has none";
      }
    }
    for (int i = 0; i < THREADS; i++) {
      Exercise.check(done.poll(20, TimeUnit.SECONDS) != null, "only %d threads ended", i);
    }
    questions.put(1);
    Integer answer = answers.poll(20, TimeUnit.SECONDS);
    Exercise.check(Integer.valueOf(2).equals(answer), "the old thread answers %s", answer);
    return THREADS + " threads";
  }

  private static void sleepThenTell(LinkedBlockingQueue<Integer> done) {
    try {
      Thread.sleep(5);
      done.put(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
