package crjvm.image.jvm;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.Pages;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds HotSpot's copies of libjvm's symbol tables, which take some megabytes. HotSpot's decoder
 * reads them when it first has to name a function. This happens at each checkpoint, because {@code
 * VM.info} names the signal handlers. The decoder keeps the tables forever and never changes them.
 * They are chunks that malloc has mapped one by one. Their content, the whole table, distinguishes
 * them from other chunks.
 */
public final class DecoderTables {
  private static final long CHUNK_HEADER = 2L * Long.BYTES;
  private static final int CHUNK_SIZE = 8;
  private static final int IS_MAPPED = 2;
  private static final int READ_WRITE = 3;
  private static final int BLOCK = 1 << 16; // in bytes

  private final Pages pages;
  private final ProcessMemory memory;
  private final List<Region> regions = new ArrayList<>();

  private DecoderTables(Pages pages, ProcessMemory memory) {
    this.pages = pages;
    this.memory = memory;
  }

  /**
   * Finds the tables.
   *
   * @param library libjvm's file
   * @param others other regions of the memory, which are not searched
   */
  public static List<Region> find(
      Path library, List<Region> others, Dump dump, Pages pages, ProcessMemory memory)
      throws IOException, ImageException {
    DecoderTables found = new DecoderTables(pages, memory);
    List<ByteBuffer> tables = ElfImage.of(library).allSymbolTables();
    for (Mapping mapping : dump.mappings()) {
      boolean isCandidate =
          !mapping.isFile()
              && !mapping.isShared()
              && !mapping.isVdso()
              && !mapping.growsDown()
              && mapping.prot() == READ_WRITE;
      for (ByteBuffer table : isCandidate ? tables : List.<ByteBuffer>of()) {
        found.lookBeside(others, table, mapping);
      }
    }
    return found.regions;
  }

  /**
   * Searches between the regions, because the kernel merges neighbouring mappings of different
   * owners.
   */
  private void lookBeside(List<Region> others, ByteBuffer table, Mapping mapping)
      throws IOException, ImageException {
    List<Region> within =
        others.stream()
            .filter(other -> other.start() < mapping.end() && mapping.start() < other.end())
            .sorted(Comparator.comparingLong(Region::start))
            .toList();
    long start = mapping.start();
    for (Region other : within) {
      look(table, start, other.start());
      start = Math.max(start, other.end());
    }
    look(table, start, mapping.end());
  }

  private void look(ByteBuffer table, long from, long to) throws IOException, ImageException {
    long size = table.limit() + CHUNK_HEADER + Pages.PAGE - 1 & -Pages.PAGE;
    if (to - from < size) {
      return;
    }
    for (Pages.Run run : pages.within(from, to)) {
      long end = Math.min(run.end(), to - size + 1);
      for (long chunk = run.start(); chunk < end; chunk += Pages.PAGE) {
        if (memory.readLong(chunk + CHUNK_SIZE) == (size | IS_MAPPED)
            && holds(chunk + CHUNK_HEADER, table)) {
          regions.add(new Region(RegionKind.SYMBOLS, chunk, chunk + size));
        }
      }
    }
  }

  private boolean holds(long address, ByteBuffer table) throws IOException, ImageException {
    for (int at = 0; at < table.limit(); at += BLOCK) {
      int length = Math.min(BLOCK, table.limit() - at);
      if (!memory.read(address + at, length).equals(table.slice(at, length))) {
        return false;
      }
    }
    return true;
  }
}
