package crjvm.image.dump;

import crjvm.image.dump.proto.PagemapEntry;
import crjvm.image.dump.proto.PagemapHead;
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
    PagemapHead head = PagemapHead.newBuilder().setPagesId(1).build();
    PagemapEntry entry =
        PagemapEntry.newBuilder()
            .setVaddr(first * Pages.PAGE)
            .setNrPages(firstBytes.length)
            .setFlags(4)
            .build();
    TestDump.write(folder.resolve("pagemap-1.img"), head, entry);
    return Pages.ofProcess(folder, 1);
  }
}
