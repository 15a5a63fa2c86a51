package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreLedgerTest {
  private final StoreLedger ledger = new StoreLedger();

  @BeforeEach
  void fiveNumbers() {
    assertThat(ledger.next(3)).isEqualTo(1);
    assertThat(ledger.next(2)).isEqualTo(4);
    ledger.acknowledge(List.of(1, 2, 3));
    ledger.take(List.of(1));
    ledger.doubt(4);
  }

  @Test
  void whatWasInDoubtIsThereForGoodWhenItIsThere() {
    assertThat(ledger.size()).isEqualTo(2);
    assertThat(ledger.compare(List.of(4, 3, 2))).isEmpty();
    assertThat(ledger.size()).isEqualTo(3);
    assertThat(ledger.compare(List.of(3, 2))).containsExactly("1 lost: 4");
  }

  @Test
  void numbersInARowAreTold() {
    ledger.acknowledge(List.of(7, 8, 9, 11));
    assertThat(ledger.compare(List.of())).containsExactly("6 lost: 2 to 3, 7 to 9, 11");
  }

  @Test
  void orNever() {
    assertThat(ledger.compare(List.of(3, 2))).isEmpty();
    assertThat(ledger.compare(List.of(4, 3, 2))).containsExactly("1 never sent: 4");
  }

  @Test
  void whatIsLostDoubledBackOrStrangeIsAFault() {
    assertThat(ledger.compare(List.of(3, 4, 4, 1, 5)))
        .containsExactly(
            "1 lost: 2", "1 there twice: 4", "1 taken and back again: 1", "1 never sent: 5");
  }
}
