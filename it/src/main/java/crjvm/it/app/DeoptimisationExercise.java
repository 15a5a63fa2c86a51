package crjvm.it.app;

import java.lang.reflect.Proxy;
import java.util.function.IntUnaryOperator;

/**
 * Code that was compiled under assumptions, before the checkpoint or after it, which later turn out
 * to be wrong.
 */
final class DeoptimisationExercise implements Exercise {
  private static final int WARM = 30_000;

  private IntUnaryOperator operator = i -> i + 1;

  @Override
  public void prepare() {
    loop();
  }

  private int loop() {
    int value = 0;
    for (int i = 0; i < WARM; i++) {
      value = operator.applyAsInt(value);
    }
    return value;
  }

  @Override
  public String run() {
    operator = i -> i + 1;
    Exercise.check(loop() == WARM, "the loop counts wrong");
    // The compiled code has never seen these receivers; each has a class of its own.
    operator = i -> i + 2;
    Exercise.check(loop() == 2 * WARM, "the second receiver counts wrong");
    operator = i -> i - 1;
    Exercise.check(loop() == -WARM, "the third receiver counts wrong");
    operator =
        (IntUnaryOperator)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {IntUnaryOperator.class},
                (self, method, arguments) -> (Integer) arguments[0] + 3);
    Exercise.check(loop() == 3 * WARM, "the proxy counts wrong");
    return "ok";
  }
}
