package crjvm.agent.restore;

import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the steps of a restore together, in their order. What a step lacks of the JDK's inside costs
 * what the step is for, or the checkpoint where a restored process would be wrong without.
 */
final class RestoreSteps {
  private final List<RestoreStep> steps = new ArrayList<>();
  private final List<String> costs = new ArrayList<>(); // of each step; null: it is needed

  /** Makes a step, which looks up what it needs. */
  @FunctionalInterface
  interface Maker<T extends RestoreStep> {
    T make() throws ReflectiveOperationException;
  }

  /** Adds a step that needs nothing of it. */
  void add(RestoreStep step) {
    add(step, null);
  }

  /**
   * Adds a step that every restore needs.
   *
   * @param fault what restored processes would do without it
   */
  <T extends RestoreStep> T orRefuse(String fault, Maker<T> maker) throws Failure {
    try {
      return add(maker.make(), null);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new Failure(
          "checkpoint failed",
          "this JDK ("
              + Runtime.version().feature()
              + ") lacks "
              + JdkLack.piece(e)
              + ", and restored processes would "
              + fault,
          "use a JDK that docs/compatibility.md lists",
          e);
    }
  }

  /**
   * Adds a step that a restore can do without.
   *
   * @param cost a sentence: what is lost
   */
  void orLose(String cost, Maker<?> maker) {
    try {
      add(maker.make(), cost);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      JdkLack.lose(cost, e);
    }
  }

  private <T extends RestoreStep> T add(T step, String cost) {
    steps.add(step);
    costs.add(cost);
    return step;
  }

  /** The steps, in their order. */
  List<RestoreStep> all() {
    return steps;
  }

  /**
   * Tries each step that needs no gate with what is true anyway. One that finds pieces of the JDK
   * to be not what they were is lost, too.
   */
  void tryOut(RestoreRequest request) throws Throwable {
    for (int i = 0; i < steps.size(); i++) {
      RestoreStep step = steps.get(i);
      if (step.needsGate()) {
        continue;
      }
      try {
        step.apply(request);
        step.rehearse();
      } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
        if (costs.get(i) == null) {
          throw e;
        }
        JdkLack.lose(costs.get(i), e);
        steps.remove(i);
        costs.remove(i--);
      }
    }
  }
}
