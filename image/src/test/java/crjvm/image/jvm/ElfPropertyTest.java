package crjvm.image.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.arch.FileProperty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Tests that the property of a file is found that says how its code is protected. */
class ElfPropertyTest {
  private static final FileProperty BRANCH_TARGETS = new FileProperty(0xc0000000, 1, 0x10);
  private static final int NOTE = 0x100;
  private static final int NEEDED = 0xb0008000; // another property, whose value has 4 bytes

  /** Returns a file with one program header, a note with two properties. */
  private static ByteBuffer elf(int kind, int noteType, int value) {
    ByteBuffer elf = ByteBuffer.allocate(0x200).order(ByteOrder.LITTLE_ENDIAN);
    elf.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putInt(64, kind).putLong(64 + 8, NOTE).putLong(64 + 32, 48);
    elf.putInt(NOTE, 4).putInt(NOTE + 4, 32).putInt(NOTE + 8, noteType).putInt(NOTE + 12, 0x554e47);
    elf.putInt(NOTE + 16, NEEDED).putInt(NOTE + 20, 4).putInt(NOTE + 24, 1);
    elf.putInt(NOTE + 32, BRANCH_TARGETS.type()).putInt(NOTE + 36, 4).putInt(NOTE + 40, value);
    return elf;
  }

  private static boolean has(int kind, int noteType, int value) throws Exception {
    return ElfImage.of(elf(kind, noteType, value)).has(BRANCH_TARGETS);
  }

  @Test
  void theBitDecides() throws Exception {
    assertThat(has(0x6474e553, 5, 3)).isTrue();
    assertThat(has(0x6474e553, 5, 2)).isFalse();
  }

  @Test
  void otherNotesAndHeadersDoNotCount() throws Exception {
    assertThat(has(0x6474e553, 1, 3)).isFalse();
    assertThat(has(4, 5, 3)).isFalse();
  }
}
