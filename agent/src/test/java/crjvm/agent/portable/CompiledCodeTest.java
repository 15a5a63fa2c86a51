package crjvm.agent.portable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests of listings in the form of JDK 17 and 25. */
class CompiledCodeTest {
  private static final String COMPILED =
      "302 4 0 java.lang.String.length()I"
          + " [0x00007f742fedec08, 0x00007f742fedee00 - 0x00007f742fedef18]";
  private static final String NOT_ENTRANT = COMPILED.replace("302 4 0", "302 4 1");
  private static final String NOT_ENTRANT_IN_17 = COMPILED.replace("302 4 0", "302 4 2");
  private static final String NOT_INSTALLED = COMPILED.replace("302 4 0", "302 4 -1");
  private static final String NATIVE =
      "12 0 0 java.lang.System.arraycopy(Ljava/lang/Object;ILjava/lang/Object;II)V"
          + " [0x00007f1d73ec7308, 0x00007f1d73ec7400 - 0x00007f1d73ec7570]";

  @Test
  void onlyCompiledMethodsThatCanBeCalledAreInUse() {
    String listing =
        String.join("\n", NATIVE, NOT_ENTRANT, NOT_ENTRANT_IN_17, NOT_INSTALLED, COMPILED, "");

    assertThat(CompiledCode.inUse(listing)).containsExactly(COMPILED);
  }

  @Test
  void interpreterHasNoneInUse() {
    assertThat(CompiledCode.inUse("")).isEmpty();
  }

  @Test
  void anotherListingIsNotTakenForAnEmptyOne() {
    assertThatThrownBy(() -> CompiledCode.inUse("Unknown diagnostic command\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown diagnostic command");
  }
}
