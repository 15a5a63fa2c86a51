package crjvm.agent.checkpoint.dump;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MetaspaceListingTest {
  private static final long METASPACE_SIZE = 64L << 20;
  private static final long CLASS_SPACE_SIZE = 1L << 30;

  @Test
  void bothSpacesOfJdk17AreRead() throws IOException {
    assertThat(MetaspaceListing.parse(listing("17-G1")))
        .containsExactly(
            region(RegionKind.METASPACE, 0x7fb697000000L, METASPACE_SIZE),
            region(RegionKind.CLASS_SPACE, 0x7fb69c000000L, CLASS_SPACE_SIZE));
  }

  @Test
  void bothSpacesOfJdk25AreRead() throws IOException {
    assertThat(MetaspaceListing.parse(listing("25-G1")))
        .hasSize(2)
        .extracting(Region::kind)
        .containsExactly(RegionKind.METASPACE, RegionKind.CLASS_SPACE);
  }

  @Test
  void withoutCompressedClassPointersThereIsOneSpace() throws IOException {
    assertThat(MetaspaceListing.parse(listing("17-no-class-space")))
        .singleElement()
        .extracting(Region::kind)
        .isEqualTo(RegionKind.METASPACE);
  }

  @Test
  void severalNodesAreSeveralRegions() {
    assertThat(
            MetaspaceListing.parse(
                """
                vsl non-class-space:
                - node #0: base 0x0000000000010000: reserved=64.00 KB, committed=0 bytes
                - node #1: base 0x0000000000030000: reserved=128.00 KB, committed=0 bytes
                """))
        .containsExactly(
            region(RegionKind.METASPACE, 0x10000, 0x10000),
            region(RegionKind.METASPACE, 0x30000, 0x20000));
  }

  @Test
  void whatIsNotUnderstoodIsLeftOut() {
    assertThat(MetaspaceListing.parse("")).isEmpty();
    assertThat(MetaspaceListing.parse("- node #0: base 0x10000: reserved=64.00 KB, x")).isEmpty();
    assertThat(
            MetaspaceListing.parse(
                """
                vsl class-space:
                - node #0: base 0x0000000000010000: reserved=1.06 GB, committed=0 bytes
                - node #1: base 0x0000000000030100: reserved=64.00 KB, committed=0 bytes
                - node: somewhere
                """))
        .isEmpty();
  }

  private static Region region(RegionKind kind, long start, long size) {
    return new Region(kind, start, start + size);
  }

  private static String listing(String name) throws IOException {
    try (InputStream in =
        MetaspaceListingTest.class.getResourceAsStream("metaspace-" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
