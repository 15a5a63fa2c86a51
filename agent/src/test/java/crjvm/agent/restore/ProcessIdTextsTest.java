package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdTextsTest {
  private static final long PID = ProcessHandle.current().pid();

  /** A part of a layout as in Logback, and as in Log4j with a final field. */
  private static final class Piece {
    String changing;
    private final String fixed;
    private final int number = 1;

    Piece(String changing, String fixed) {
      this.changing = changing;
      this.fixed = fixed;
    }

    @Override
    public String toString() {
      return changing + "," + fixed + "," + number;
    }
  }

  @Test
  void whatHasTheProcessIdGetsTheNewOneAndTheNextAfterIt() throws Exception {
    Piece alone = new Piece(Long.toString(PID), null);
    Piece within = new Piece("", " " + PID + " --- [" + PID + "]");
    Piece other = new Piece(PID + "0", "x" + PID);
    for (Piece piece : new Piece[] {alone, within, other}) {
      ProcessIdTexts.add(piece);
    }

    int count = ProcessIdTexts.replace(PID, 4242);

    assertThat(alone).hasToString("4242,null,1");
    assertThat(within).hasToString(", 4242 --- [4242],1");
    assertThat(other).hasToString(PID + "0,x" + PID + ",1");
    assertThat(count).isEqualTo(2);

    ProcessIdTexts.replace(4242, PID);
    assertThat(alone).hasToString(PID + ",null,1");
  }
}
