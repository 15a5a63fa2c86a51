package crjvm.agent.checkpoint.dump;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of the list of virtual spaces that HotSpot prints for {@code VM.metaspace vslist}. It
 * leaves out lines that it does not understand. The compiler then copies that memory, which is
 * slower but never wrong.
 */
final class MetaspaceListing {
  private static final Pattern LIST = Pattern.compile("vsl (non-)?class-space:");
  private static final Pattern NODE =
      Pattern.compile(
          "- node #\\d+: base (0x[0-9a-f]+): reserved=(\\d+(?:\\.\\d+)?) (KB|MB|GB),.*");
  private static final long PAGE = 4096;

  private MetaspaceListing() {}

  static List<Region> parse(String listing) {
    List<Region> regions = new ArrayList<>();
    RegionKind kind = null;
    for (String line : listing.lines().toList()) {
      Matcher list = LIST.matcher(line.strip());
      Matcher node = NODE.matcher(line.strip());
      if (list.matches()) {
        kind = list.group(1) == null ? RegionKind.CLASS_SPACE : RegionKind.METASPACE;
      } else if (node.matches() && kind != null) {
        long start = Long.parseUnsignedLong(node.group(1).substring(2), 16);
        long size = bytes(node.group(2), node.group(3));
        if (size > 0 && start % PAGE == 0) {
          regions.add(new Region(kind, start, start + size));
        }
      }
    }
    return regions;
  }

  /**
   * Returns the number of bytes, or 0 if the listing has rounded it, because then the end is
   * unknown.
   */
  private static long bytes(String number, String unit) {
    long factor =
        switch (unit) {
          case "KB" -> 1L << 10;
          case "MB" -> 1L << 20;
          default -> 1L << 30;
        };
    double value = Double.parseDouble(number);
    boolean isExact = unit.equals("KB") && value == Math.rint(value);
    return isExact ? ((long) value) * factor : 0;
  }
}
