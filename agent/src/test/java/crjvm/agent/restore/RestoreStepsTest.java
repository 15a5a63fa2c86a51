package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestoreStepsTest {
  private static final int RELEASE = Runtime.version().feature();

  private final RestoreSteps steps = new RestoreSteps();
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void collect() {
    Console.beginCollection(lines);
  }

  @AfterEach
  void endCollection() {
    Console.endCollection();
  }

  @Test
  void aStepThatARestoreCanDoWithoutIsLost() {
    steps.add(new UserStep());
    steps.orLose("the moon is not told", () -> lacking("a.B.c"));
    steps.orLose("the moon is not told", () -> lacking("a.B.d"));

    assertThat(steps.all()).hasSize(1);
    assertThat(lines)
        .containsExactly("this JDK (" + RELEASE + ") lacks a.B.c: the moon is not told");
  }

  @Test
  void withoutAStepThatARestoreNeedsThereIsNone() {
    assertThatThrownBy(() -> steps.orRefuse("be lost", () -> lacking("a.B.c")))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "checkpoint failed: this JDK ("
                + RELEASE
                + ") lacks a.B.c, and restored processes would be lost; use a JDK that"
                + " docs/compatibility.md lists");
    assertThat(lines).isEmpty();
  }

  @Test
  void aPieceThatIsNotWhatItWasCostsTheSame() throws Throwable {
    steps.orLose("the sun is not told", () -> new FailingStep(new ClassCastException("no map")));
    steps.add(new ArgumentsStep());

    steps.tryOut(MESSAGE);

    assertThat(steps.all()).hasExactlyElementsOfTypes(ArgumentsStep.class);
    assertThat(lines)
        .containsExactly(
            "this JDK ("
                + RELEASE
                + ") lacks what crjvm looks for (java.lang.ClassCastException: no map): the sun is"
                + " not told");
  }

  @Test
  void aFailedTrialOfANeededStepIsAFailure() throws Exception {
    steps.orRefuse("be lost", () -> new FailingStep(new IllegalAccessException("closed")));

    assertThatThrownBy(() -> steps.tryOut(MESSAGE)).isInstanceOf(IllegalAccessException.class);
  }

  @Test
  void otherFailuresAreNotLosses() {
    steps.orLose("nothing is told", () -> new FailingStep(new IllegalStateException("a fault")));

    assertThatThrownBy(() -> steps.tryOut(MESSAGE)).isInstanceOf(IllegalStateException.class);
  }

  private static final RestoreMessage MESSAGE =
      new RestoreMessage(
          Map.of("keep-arguments", "1", "image", "/", "verbose", "0"),
          List.of(),
          List.of(),
          List.of());

  private static RestoreStep lacking(String piece) throws JdkLack {
    throw new JdkLack(piece);
  }

  private record FailingStep(Exception failure) implements RestoreStep {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public Supplier<String> apply(RestoreMessage message) throws Throwable {
      throw failure;
    }
  }
}
