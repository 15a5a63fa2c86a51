package crjvm.oci.delta;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.oci.delta.DeltaCoder.Packed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaCoderTest {
  private static final int WORDS = 100_000;
  private static final int MOVED = 30_000;
  private static final long ADDRESS = 0x7f0000000000L;
  private static final long LOW = 0xd0000000L;
  private static final long HIGH = 0xd1000000L;
  private static final PointerRules RULES =
      new PointerRules(LOW, HIGH, 3, new long[] {0, ADDRESS, WORDS / 2, ADDRESS + (1 << 30)});

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    ZstdLibrary.load();
  }

  /** Returns a memory of objects: a number, a pointer, two compressed pointers, zeroes. */
  private static ByteBuffer objects() {
    Random random = new Random(7);
    ByteBuffer memory = direct();
    for (int i = 0; i < WORDS; i += 4) {
      memory.putLong(random.nextInt(1 << 20));
      memory.putLong(ADDRESS + 8L * random.nextInt(WORDS));
      memory.putInt((int) LOW + random.nextInt((int) (HIGH - LOW)));
      memory.putInt((int) LOW + random.nextInt((int) (HIGH - LOW)));
      memory.putLong(0);
    }
    memory.put((byte) 1).put((byte) 2); // Not all contents end with a whole word.
    return memory.flip();
  }

  private static ByteBuffer direct() {
    return ByteBuffer.allocateDirect(WORDS * Long.BYTES + 2).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the same objects in another order, at another address. */
  private static ByteBuffer moved(ByteBuffer memory) {
    ByteBuffer moved = direct();
    for (int i = 0; i < WORDS; i++) {
      long word = memory.getLong((i + MOVED) % WORDS * Long.BYTES);
      moved.putLong(PointerRules.isWide(word) ? word + (1 << 20) : word);
    }
    return moved.put((byte) 3).put((byte) 4).flip();
  }

  @Test
  void aMovedMemoryIsSmall_AndComesBack() throws Exception {
    ByteBuffer base = objects();
    ByteBuffer content = moved(base);
    Packed packed = DeltaCoder.pack(RULES, base, content, folder);
    assertThat(packed.blob().length).isLessThan(content.limit() / 20);
    Delta read =
        Delta.parse(packed.delta().format(), content.limit(), packed.blob().length).orElseThrow();
    ByteBuffer restored = direct();
    assertThat(DeltaCoder.unpack(read, packed.blob(), base, restored, folder)).isTrue();
    assertThat(restored).isEqualTo(content);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aWrongBlobOrBaseGivesSomethingElseOrNothing() throws Exception {
    ByteBuffer base = objects();
    ByteBuffer content = moved(base);
    Packed packed = DeltaCoder.pack(RULES, base, content, folder);
    Random random = new Random(11);
    int same = 0;
    for (int i = 0; i < 20; i++) {
      byte[] blob = packed.blob().clone();
      blob[random.nextInt(blob.length)] ^= (byte) (1 + random.nextInt(255));
      ByteBuffer restored = direct();
      boolean isGood = DeltaCoder.unpack(packed.delta(), blob, base, restored, folder);
      same += isGood && restored.equals(content) ? 1 : 0;
    }
    // Some bits of a frame's header mean nothing here.
    assertThat(same).isLessThan(4);
    ByteBuffer restored = direct();
    boolean isGood = DeltaCoder.unpack(packed.delta(), packed.blob(), content, restored, folder);
    assertThat(isGood && restored.equals(content)).isFalse();
    assertThat(
            DeltaCoder.unpack(
                packed.delta(), packed.blob(), base.duplicate().limit(8), restored, folder))
        .isFalse();
  }

  /** Tests the numbers of a delta whose content has 102000 bytes and whose blob has 700. */
  @Test
  void whatIsWrittenCanBeRead() {
    String text = "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9";
    assertThat(Delta.parse(text, 102_000, 700).orElseThrow().format()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1000 32768 40000 3",
        "0 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
        "1073741825 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
        "1000 32768 4294967296 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
        "1000 32768 40000 3 100 102001 100 160 100 5 100 6 100 7 100 8 100 9",
        "1000 32768 40000 3 101 102000 100 160 100 5 100 6 100 7 100 8 100 9",
        "1000 32768 40000 3 100 102000 100 161 100 5 100 6 100 7 100 8 100 9",
        "1000 32768 40000 3 100 102000 100 160 100 26000 100 6 100 7 100 8 100 9",
        "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9 ",
        "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 -9"
      })
  void whatIsWrongIsRefused(String text) {
    assertThat(Delta.parse(text, 102_000, 700)).isEmpty();
  }
}
