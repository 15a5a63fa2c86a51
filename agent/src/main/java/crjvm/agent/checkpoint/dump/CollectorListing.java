package crjvm.agent.checkpoint.dump;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of HotSpot's output of {@code VM.info}, which finds the garbage collector's tables: the
 * card table and the mark bitmaps, which take a sixtieth of the heap or more. HotSpot commits and
 * uncommits them by mapping anonymous memory over them, never by advice, so they may be mapped from
 * a file. Tables that it does not recognise are left out, and are therefore copied.
 */
final class CollectorListing {
  private static final String ADDRESS = "0x([0-9a-f]{1,16})";
  private static final Pattern CARDS =
      Pattern.compile("Card table byte_map: \\[" + ADDRESS + ", ?" + ADDRESS + "\\].*");
  private static final Pattern BITS =
      Pattern.compile("(?:\\w+ )?Bits: +\\[" + ADDRESS + ", ?" + ADDRESS + "\\)");
  private static final long PAGE = 4096;

  private CollectorListing() {}

  static List<Region> parse(String listing) {
    List<Region> regions = new ArrayList<>();
    for (String line : listing.lines().toList()) {
      for (Pattern pattern : List.of(CARDS, BITS)) {
        Matcher table = pattern.matcher(line.strip());
        if (table.matches()) {
          add(regions, address(table.group(1)), address(table.group(2)));
        }
      }
    }
    return regions;
  }

  private static long address(String hexadecimal) {
    return Long.parseUnsignedLong(hexadecimal, 16);
  }

  private static void add(List<Region> regions, long start, long end) {
    boolean isWhole = start > 0 && start < end && start % PAGE == 0 && end % PAGE == 0;
    boolean isApart =
        regions.stream().allMatch(other -> end <= other.start() || other.end() <= start);
    if (isWhole && isApart) {
      regions.add(new Region(RegionKind.COLLECTOR, start, end));
    }
  }
}
