package crjvm.image.dump;

import crjvm.image.dump.proto.PagemapEntry;
import crjvm.image.dump.proto.PagemapHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files in the format of CRIU for tests. */
public final class TestPages {
  private TestPages() {}

  /**
   * Writes one run of pages, beginning at page number {@code first}. Each page begins with the
   * given byte and is zero otherwise.
   */
  public static Pages write(Path folder, long first, int... firstBytes) throws Exception {
    byte[] content = new byte[firstBytes.length * Pages.PAGE];
    for (int i = 0; i < firstBytes.length; i++) {
      content[i * Pages.PAGE] = (byte) firstBytes[i];
    }
    Files.write(folder.resolve("pages-1.img"), content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(word(0x54564319));
    out.writeBytes(word(0x56084025));
    PagemapHead head = PagemapHead.newBuilder().setPagesId(1).build();
    PagemapEntry entry =
        PagemapEntry.newBuilder()
            .setVaddr(first * Pages.PAGE)
            .setNrPages(firstBytes.length)
            .setFlags(4)
            .build();
    out.writeBytes(word(head.getSerializedSize()));
    head.writeTo(out);
    out.writeBytes(word(entry.getSerializedSize()));
    entry.writeTo(out);
    Files.write(folder.resolve("pagemap-1.img"), out.toByteArray());
    return Pages.ofProcess(folder, 1);
  }

  private static byte[] word(int word) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }
}
