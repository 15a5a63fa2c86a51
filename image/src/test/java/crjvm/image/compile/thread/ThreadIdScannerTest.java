package crjvm.image.compile.thread;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.plan.PlanTid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that HotSpot's copies of thread ids are found, and that parts of addresses are not. */
class ThreadIdScannerTest {
  private static final int PAGE = 4096;
  private static final long ADDRESS = 0x7fa150000000L;
  private static final long DESCRIPTOR = 0x7fa1884ef6c0L;
  private static final int RUNNABLE = 2;

  /** It is the upper half of the addresses, too. */
  private static final int TID = 0x7fa1;

  private final ByteBuffer content = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);

  private List<PlanTid> found(int distance) {
    List<PlanTid> found = new ArrayList<>();
    ThreadIdScanner scanner = new ThreadIdScanner(distance, found::add);
    scanner.add(0, TID, DESCRIPTOR);
    scanner.visit(ADDRESS, content, PAGE);
    return found;
  }

  @Test
  void theIdBehindTheStateIsFound() {
    content.putInt(64, RUNNABLE).putInt(68, TID).putLong(72, DESCRIPTOR);
    assertThat(found(-4)).containsExactly(new PlanTid(ADDRESS + 68, 0));
  }

  @Test
  void theIdInFrontOfUnusedBytesIsFound() {
    content.putInt(64, TID).putInt(68, -1).putLong(72, DESCRIPTOR);
    assertThat(found(-8)).containsExactly(new PlanTid(ADDRESS + 64, 0));
  }

  /** A thread's descriptor has its own address, that of its storage, and its own address again. */
  @Test
  void theUpperHalfOfAnAddressIsNoId() {
    content.putLong(64, DESCRIPTOR).putLong(72, 0x7fa150006220L).putLong(80, DESCRIPTOR);
    assertThat(found(-4)).isEmpty();
  }

  @Test
  void anotherNumberIsNoId() {
    content.putInt(64, RUNNABLE).putInt(68, TID + 1).putLong(72, DESCRIPTOR);
    assertThat(found(-4)).isEmpty();
  }
}
