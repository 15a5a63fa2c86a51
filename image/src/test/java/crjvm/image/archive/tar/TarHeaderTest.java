package crjvm.image.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that headers and records of tar archives are read as they were written. */
class TarHeaderTest {
  @Test
  void whatIsWrittenIsRead() throws Exception {
    TarHeader header =
        new TarHeader(TarHeader.FILE, "crjvm-image/memory", 0400, 8_000_000_000L, 1_700_000_000);
    assertThat(TarHeader.parse(header.bytes())).isEqualTo(header);
  }

  @Test
  void sizesBeyondOctalAreLeftToARecord() throws Exception {
    TarHeader header = new TarHeader(TarHeader.FILE, "a", 0400, 1L << 40, -1);
    TarHeader read = TarHeader.parse(header.bytes());
    assertThat(read.size()).isEqualTo(TarHeader.MAX_OCTAL);
    assertThat(read.modified()).isZero();
  }

  @Test
  void aRecordCountsItsOwnLength() throws Exception {
    Map<String, String> records = new LinkedHashMap<>();
    records.put("a", "b");
    records.put("nines", "2"); // 9 and one digit are 10, which has two digits
    records.put("long", "x".repeat(90));
    String text = new String(PaxRecords.format(records), StandardCharsets.US_ASCII);
    assertThat(text).startsWith("6 a=b\n").contains("\n11 nines=2\n");
    for (int at = 0; at < text.length(); ) {
      int length = Integer.parseInt(text.substring(at, text.indexOf(' ', at)));
      at += length;
      assertThat(text.charAt(at - 1)).isEqualTo('\n');
    }
    assertThat(PaxRecords.parse(PaxRecords.format(records))).isEqualTo(records);
  }
}
