package crjvm.agent.restore;

import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of the restore steps in their order. If a step lacks a private piece of the JDK, the
 * step is lost. If a restored process would be wrong without the step, the checkpoint fails.
 */
final class RestoreSteps {
  private final List<RestoreStep> steps = new ArrayList<>();
  private final List<String> costs = new ArrayList<>(); // one for each step; null: it is required

  /** A maker of a step, which looks up everything that the step needs. */
  @FunctionalInterface
  interface Maker<T extends RestoreStep> {
    T make() throws ReflectiveOperationException;
  }

  /** Adds a step that needs no private piece of the JDK. */
  void add(RestoreStep step) {
    add(step, null);
  }

  /**
   * Adds a step that every restore needs.
   *
   * @param fault the wrong behaviour of restored processes without it
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
   * @param cost the loss, as a sentence
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

  /** Returns the steps in their order. */
  List<RestoreStep> all() {
    return steps;
  }

  /**
   * Tries each step that needs no gate with values that change nothing. A step that finds changed
   * pieces of the JDK is lost, too.
   */
  void tryOut(RestoreMessage message) throws Throwable {
    for (int i = 0; i < steps.size(); i++) {
      RestoreStep step = steps.get(i);
      if (step.needsGate()) {
        continue;
      }
      try {
        step.apply(message);
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
