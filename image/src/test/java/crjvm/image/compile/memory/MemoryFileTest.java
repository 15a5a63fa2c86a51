package crjvm.image.compile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.MemoryHeader;
import crjvm.image.dump.Pages;
import crjvm.image.dump.TestPages;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the memory file: zeroes are dropped, gaps stay gaps, and offsets are correct. */
class MemoryFileTest {
  private static final int PAGE = Pages.PAGE;

  private static final UUID ID = new UUID(1, 2);

  @TempDir Path folder;

  @Test
  void dropsPagesOfZeroes() throws Exception {
    try (Pages pages = TestPages.write(folder, 100, 1, 2, 0, 0, 3)) {
      Pages.Run whole = pages.within(0, Long.MAX_VALUE).get(0);

      assertThat(MemoryFile.nonZero(pages, whole))
          .containsExactly(
              new Pages.Run(0, 100 * PAGE, 2 * PAGE, 0),
              new Pages.Run(0, 104 * PAGE, PAGE, 4 * PAGE));
    }
  }

  @Test
  void keepsGapsAndShowsContent() throws Exception {
    Path file = folder.resolve("memory");
    List<Long> seen = new ArrayList<>();
    try (Pages pages = TestPages.write(folder, 100, 1, 0, 3);
        MemoryFile memory = new MemoryFile(file, ID)) {
      memory.store(new ByteArrayInputStream(new byte[] {9}));
      List<Pages.Run> parts = MemoryFile.nonZero(pages, pages.within(0, Long.MAX_VALUE).get(0));

      long offset =
          memory.store(
              pages,
              parts,
              100 * PAGE,
              103 * PAGE,
              (address, content, length) -> seen.add(address));
      memory.finish();

      assertThat(offset).isEqualTo(2 * PAGE);
      assertThat(memory.size()).isEqualTo(5 * PAGE);
    }
    byte[] content = Files.readAllBytes(file);
    assertThat(content).hasSize(5 * PAGE);
    assertThat(content[PAGE]).isEqualTo((byte) 9);
    assertThat(content[2 * PAGE]).isEqualTo((byte) 1);
    assertThat(content[3 * PAGE]).isZero();
    assertThat(content[4 * PAGE]).isEqualTo((byte) 3);
    assertThat(MemoryHeader.read(file)).contains(new MemoryHeader(ID));
    assertThat(seen).containsExactly(100L * PAGE, 102L * PAGE);
  }

  @Test
  void showsTheBeginningOfTheNextPages() throws Exception {
    int[] firstBytes = new int[257];
    Arrays.fill(firstBytes, 7);
    firstBytes[256] = 8;
    List<String> seen = new ArrayList<>();
    try (Pages pages = TestPages.write(folder, 100, firstBytes);
        MemoryFile memory = new MemoryFile(folder.resolve("memory"), ID)) {
      memory.store(
          pages,
          pages.within(0, Long.MAX_VALUE),
          100 * PAGE,
          357 * PAGE,
          (address, content, length) ->
              seen.add(
                  "%d: %d and %d, %d"
                      .formatted(
                          address / PAGE,
                          length / PAGE,
                          content.limit() - length,
                          content.limit() > length ? content.get(length) : 0)));
    }
    assertThat(seen).containsExactly("100: 256 and 64, 8", "356: 1 and 0, 0");
  }
}
