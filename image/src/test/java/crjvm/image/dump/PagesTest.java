package crjvm.image.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import crjvm.image.ImageException;
import crjvm.image.dump.proto.PagemapEntry;
import crjvm.image.dump.proto.PagemapHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests CRIU's pagemaps: runs are cut at the requested borders, and contents are found. */
class PagesTest {
  private static final int PAGE = Pages.PAGE;

  @TempDir Path folder;

  private static PagemapEntry entry(long page, long pages, int flags) {
    return PagemapEntry.newBuilder()
        .setVaddr(page * PAGE)
        .setNrPages(pages)
        .setFlags(flags)
        .build();
  }

  private void write(Message... entries) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    putWord(out, 0x54564319);
    putWord(out, 0x56084025);
    for (Message entry : entries) {
      putWord(out, entry.getSerializedSize());
      entry.writeTo(out);
    }
    Files.write(folder.resolve("pagemap-7.img"), out.toByteArray());
    byte[] content = new byte[8 * PAGE];
    for (int page = 0; page < 8; page++) {
      content[page * PAGE] = (byte) page;
    }
    Files.write(folder.resolve("pages-3.img"), content);
  }

  private static void putWord(ByteArrayOutputStream out, int word) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array());
  }

  private static final PagemapHead HEAD = PagemapHead.newBuilder().setPagesId(3).build();

  @Test
  void cutsRunsAtTheBordersOfAMapping() throws Exception {
    write(HEAD, entry(10, 4, 4), entry(20, 2, 0), entry(30, 2, 4));
    try (Pages pages = Pages.ofProcess(folder, 7)) {
      assertThat(pages.within(12 * PAGE, 31 * PAGE))
          .containsExactly(
              new Pages.Run(0, 12 * PAGE, 2 * PAGE, 2 * PAGE),
              new Pages.Run(0, 30 * PAGE, PAGE, 4 * PAGE));
      assertThat(pages.within(14 * PAGE, 30 * PAGE)).isEmpty();
    }
  }

  @Test
  void readsTheContentOfARun() throws Exception {
    write(HEAD, entry(10, 4, 4));
    try (Pages pages = Pages.ofProcess(folder, 7)) {
      ByteBuffer page = ByteBuffer.allocate(PAGE);
      pages.read(pages.within(12 * PAGE, 14 * PAGE).get(0), 13 * PAGE, page);
      assertThat(page.get(0)).isEqualTo((byte) 3);
    }
  }

  @Test
  void takesWhatWasNotDumpedFromAnEarlierImage() throws Exception {
    write(HEAD, entry(10, 1, 4), entry(13, 1, 4));
    byte[] earlier = new byte[8 * PAGE];
    for (int page = 0; page < 8; page++) {
      earlier[page * PAGE] = (byte) (100 + page);
    }
    Path file = Files.write(folder.resolve("memory"), earlier);
    try (Pages pages = Pages.ofProcess(folder, 7)) {
      pages.addBelow(new EarlierImage.Part(9 * PAGE, 6 * PAGE, file, PAGE));

      assertThat(pages.within(0, 100 * PAGE))
          .containsExactly(
              new Pages.Run(1, 9 * PAGE, PAGE, PAGE),
              new Pages.Run(0, 10 * PAGE, PAGE, 0),
              new Pages.Run(1, 11 * PAGE, 2 * PAGE, 3 * PAGE),
              new Pages.Run(0, 13 * PAGE, PAGE, PAGE),
              new Pages.Run(1, 14 * PAGE, PAGE, 6 * PAGE));
      ByteBuffer page = ByteBuffer.allocate(PAGE);
      pages.read(pages.within(12 * PAGE, 13 * PAGE).get(0), 12 * PAGE, page);
      assertThat(page.get(0)).isEqualTo((byte) 104);
    }
  }

  @Test
  void refusesPagesOfAParentDump() throws Exception {
    write(HEAD, entry(10, 4, 1));

    assertThatThrownBy(() -> Pages.ofProcess(folder, 7))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("incremental");
  }

  @Test
  void refusesATruncatedFile() throws Exception {
    write(HEAD, entry(10, 4, 4));
    Path file = folder.resolve("pagemap-7.img");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));

    assertThatThrownBy(() -> Pages.ofProcess(folder, 7))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("ends early");
  }
}
