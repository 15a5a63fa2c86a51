package crjvm.image.compile.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Tests which mutexes have the id of their holder. */
class HeldMutexTest {
  private static final int RECURSIVE = 1;
  private static final int ROBUST = 16;
  private static final int INHERITS_PRIORITY = 32;
  private static final int SHARED = 128;
  private static final int HOLDER = 4712;

  private static HeldMutex of(int kind) {
    ByteBuffer content = ByteBuffer.allocate(HeldMutex.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    return HeldMutex.of(content.putInt(16, kind));
  }

  @Test
  void libraryComparesTheOwnerOfRobustAndOfRecursiveOnes() {
    assertThat(of(ROBUST).comparesOwner()).isTrue();
    assertThat(of(ROBUST | SHARED).comparesOwner()).isTrue();
    assertThat(of(INHERITS_PRIORITY | RECURSIVE).comparesOwner()).isTrue();
    assertThat(of(INHERITS_PRIORITY).comparesOwner()).isFalse();
  }

  @Test
  void othersHaveNoIdThatThreadsWaitWith() {
    assertThat(of(0)).isNull();
    assertThat(of(RECURSIVE)).isNull();
    assertThat(of(ROBUST | 0x4000)).isNull();
  }

  @Test
  void wordOfAWaitedMutexHasAHolderAndABit() {
    assertThat(HeldMutex.isWaitedFor(HOLDER | 1 << 31)).isTrue();
    assertThat(HeldMutex.isWaitedFor(HOLDER)).isFalse();
    assertThat(HeldMutex.isWaitedFor(1 << 31)).isFalse();
  }
}
