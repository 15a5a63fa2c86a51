package crjvm.it.bench.equality;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process as the program snapshot.c has written it down. */
final class EqualitySnapshot {
  static final int PAGE = 4096;

  /**
   * A mapping.
   *
   * @param attributes protection, p or s (private, shared), and the flags that madvise and mmap
   *     set, in the kernel's short words
   */
  record Area(long start, long end, String attributes, String name) {
    boolean contains(long address) {
      return address >= start && address < end;
    }

    boolean isIn(long from, long to) {
      return start >= from && end <= to;
    }

    boolean isExecutable() {
      return attributes.charAt(2) == 'x';
    }

    String withoutName() {
      return Long.toHexString(start) + "-" + Long.toHexString(end) + " " + attributes;
    }
  }

  private static final Pattern HEADER =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S{4}) \\S+ \\S+ \\d+ *(.*)");
  private static final String FLAGS = "VmFlags:";
  private static final long SA_RESTORER = 0x04000000;

  /**
   * The flags with a meaning of their own: grows downwards, no reserve, not for children, not for
   * core files, huge pages or not, locked, wiped on fork. The other flags follow from protection
   * and kind, or show which pages were touched.
   */
  private static final Set<String> FLAGS_OF_MEANING =
      Set.of("gd", "nr", "dc", "dd", "hg", "nh", "lo", "wf");

  /** The fields of /proc/PID/stat (from 0, after the name) that prctl(PR_SET_MM) sets. */
  private static final int[] LAYOUT = {23, 24, 25, 42, 43, 44, 45, 46, 47, 48};

  private final List<Map<String, String>> threads = new ArrayList<>();
  private final List<String> actions;
  private final List<String> layout;
  private final List<Area> areas = new ArrayList<>();
  private final Map<Long, Integer> pages = new HashMap<>();
  private final ByteBuffer contents;

  private EqualitySnapshot(Path folder) throws IOException {
    readThreads(folder);
    actions =
        Files.readAllLines(folder.resolve("actions")).stream()
            .map(EqualitySnapshot::withoutUnusedRestorer)
            .toList();
    layout = readLayout(Files.readString(folder.resolve("stat")));
    readAreas(folder);
    try (FileChannel channel = FileChannel.open(folder.resolve("pages"))) {
      contents = channel.map(MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
    }
    for (int at = 0; at < contents.limit(); at += Long.BYTES + PAGE) {
      pages.put(contents.getLong(at), at + Long.BYTES);
    }
  }

  static EqualitySnapshot of(Path folder) throws IOException {
    return new EqualitySnapshot(folder);
  }

  private void readThreads(Path folder) throws IOException {
    List<String> stacks = Files.readAllLines(folder.resolve("stacks"));
    for (String line : Files.readAllLines(folder.resolve("threads"))) {
      Map<String, String> thread = new TreeMap<>();
      for (String field : line.split(" ", -1)) {
        String[] parts = field.split("=", 2);
        thread.put(parts[0], parts[1]);
      }
      thread.put("alternate stack", stacks.get(threads.size()));
      threads.add(thread);
    }
  }

  /** Removes the address to which a handler returns, if the kernel does not use it. */
  private static String withoutUnusedRestorer(String action) {
    String[] fields = action.split(" ", -1);
    if ((Long.parseUnsignedLong(fields[2], 16) & SA_RESTORER) == 0) {
      fields[3] = "0";
    }
    return String.join(" ", fields);
  }

  private static List<String> readLayout(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
    return Arrays.stream(LAYOUT).mapToObj(i -> fields[i]).toList();
  }

  private void readAreas(Path folder) throws IOException {
    Matcher header = null;
    for (String line : Files.readAllLines(folder.resolve("smaps"))) {
      Matcher matcher = HEADER.matcher(line);
      if (matcher.matches()) {
        header = matcher;
      } else if (line.startsWith(FLAGS)) {
        Set<String> flags =
            new TreeSet<>(List.of(line.substring(FLAGS.length()).strip().split(" ", -1)));
        flags.retainAll(FLAGS_OF_MEANING);
        String attributes = header.group(3) + " " + String.join(" ", flags);
        long start = Long.parseUnsignedLong(header.group(1), 16);
        long end = Long.parseUnsignedLong(header.group(2), 16);
        areas.add(new Area(start, end, attributes.strip(), header.group(4)));
      }
    }
  }

  /** Returns the threads in the order of the plan, for a process that crjvm-restore has become. */
  List<Map<String, String>> threads() {
    return threads;
  }

  /** Returns number, handler, flags, restorer and mask of each signal. */
  List<String> actions() {
    return actions;
  }

  /** Returns the start and the end of code, data, heap, stack, arguments and environment. */
  List<String> layout() {
    return layout;
  }

  List<Area> areas() {
    return areas;
  }

  Area areaAt(long address) {
    return areas.stream().filter(area -> area.contains(address)).findFirst().orElse(null);
  }

  /** Returns the addresses of the pages that are not zero. */
  Set<Long> pages() {
    return pages.keySet();
  }

  byte[] page(long address) {
    byte[] page = new byte[PAGE];
    Integer at = pages.get(address);
    if (at != null) {
      contents.get(at, page);
    }
    return page;
  }

  byte[] read(long address, int length) {
    long page = address & -PAGE;
    int at = (int) (address - page);
    return Arrays.copyOfRange(page(page), at, at + length);
  }

  int readInt(long address) {
    return ByteBuffer.wrap(read(address, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  long readLong(long address) {
    return ByteBuffer.wrap(read(address, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
