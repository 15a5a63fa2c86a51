package crjvm.agent.checkpoint.dump;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectorListingTest {
  @Test
  void tablesOfG1AreRead() {
    List<Region> found =
        CollectorListing.parse(
            """
            Heap address: 0x00000000c0000000, size: 1024 MB, Compressed Oops mode: 32-bit
            Card table byte_map: [0x00007fb642200000,0x00007fb642400000] _byte_map_base: 0x00007fb641c00000
            Marking Bits (Prev, Next): (CMBitMap*) 0x00007fb65c04ab00, (CMBitMap*) 0x00007fb65c04aac8
             Prev Bits: [0x00007fb624400000, 0x00007fb625400000)
             Next Bits: [0x00007fb641000000, 0x00007fb642000000)
            """);
    assertThat(found)
        .containsExactly(
            new Region(RegionKind.COLLECTOR, 0x7fb642200000L, 0x7fb642400000L),
            new Region(RegionKind.COLLECTOR, 0x7fb624400000L, 0x7fb625400000L),
            new Region(RegionKind.COLLECTOR, 0x7fb641000000L, 0x7fb642000000L));
  }

  @Test
  void tablesOfOtherCollectorsAreRead() {
    assertThat(CollectorListing.parse(" End Bits:   [0x00007f42af000000, 0x00007f42b0000000)"))
        .containsExactly(new Region(RegionKind.COLLECTOR, 0x7f42af000000L, 0x7f42b0000000L));
    assertThat(CollectorListing.parse(" Bits: [0x00007fae38e00000, 0x00007fae39e00000)"))
        .containsExactly(new Region(RegionKind.COLLECTOR, 0x7fae38e00000L, 0x7fae39e00000L));
  }

  @Test
  void whatIsNotUnderstoodIsLeftOut() {
    assertThat(
            CollectorListing.parse(
                """
                Bits: [0x1000, 0x2000]
                Bits: [0x1000, 0x1800)
                Bits: [0x3000, 0x2000)
                Bits: [0x0, 0x2000)
                Bits: [0x11112222333344445, 0x2000)
                some Bits: [, )
                """))
        .isEmpty();
    assertThat(CollectorListing.parse("Bits: [0x1000, 0x3000)\nBits: [0x2000, 0x4000)"))
        .containsExactly(new Region(RegionKind.COLLECTOR, 0x1000, 0x3000));
  }
}
