package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.Stats;
import crjvm.image.dump.proto.TimeNamespace;
import crjvm.image.dump.proto.Timespec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The clocks at the moment at which the process was frozen. CRIU reads them only after it has
 * written the memory, which can take seconds; the application must not see those. How long before
 * its reading the freeze was follows from the frozen time in its statistics and from when the two
 * files were written.
 *
 * @param monotonic CLOCK_MONOTONIC, ns
 * @param boottime CLOCK_BOOTTIME, ns
 * @param descriptors ns from then until CRIU had looked at the descriptors, and so at timers, at
 *     most
 */
public record DumpClocks(long monotonic, long boottime, long descriptors) {
  /**
   * File times come in ticks of up to 10 ms. Rather a little late than early: the clock must never
   * go back.
   */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  static DumpClocks read(Path folder) throws IOException, ImageException {
    Path clocksFile = folder.resolve("timens-0.img");
    Path statsFile = folder.resolve("stats-dump");
    List<TimeNamespace> clocks = DumpFile.readAll(clocksFile, TimeNamespace.parser());
    if (clocks.isEmpty()) {
      throw new ImageException("CRIU's file \"" + clocksFile + "\" is missing or empty");
    }
    List<Stats> stats = DumpFile.readAll(statsFile, Stats.parser());
    long since = 0;
    long descriptors = 0;
    if (!stats.isEmpty()) {
      long frozen =
          TimeUnit.MICROSECONDS.toNanos(
              Integer.toUnsignedLong(stats.get(0).getDump().getFrozenTime()));
      since = sinceFreeze(frozen, modified(statsFile) - modified(clocksFile));
      descriptors = untilDescriptors(since, modified(clocksFile) - descriptorsModified(folder));
    }
    return new DumpClocks(
        nanos(clocks.get(0).getMonotonic()) - since,
        nanos(clocks.get(0).getBoottime()) - since,
        descriptors);
  }

  /** CRIU writes the last of these files when it is done with the descriptors. */
  private static long descriptorsModified(Path folder) throws IOException {
    long latest = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "fdinfo-*.img")) {
      for (Path file : files) {
        latest = Math.max(latest, modified(file));
      }
    }
    return latest;
  }

  /**
   * Nanoseconds from the freeze to CRIU's reading of the clocks.
   *
   * @param frozen how long the process was frozen in all
   * @param rest from the reading to the end of the freeze, as far as file times tell
   */
  static long sinceFreeze(long frozen, long rest) {
    return Math.min(frozen, Math.max(0, frozen - Math.max(0, rest) - TICK));
  }

  /**
   * Nanoseconds from the freeze until CRIU had looked at the descriptors, rather too many.
   *
   * @param since from the freeze to the reading of the clocks
   * @param rest from the look to that reading, as far as file times tell
   */
  static long untilDescriptors(long since, long rest) {
    return Math.min(since, Math.max(0, since - rest + TICK));
  }

  private static long modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
  }

  private static long nanos(Timespec time) {
    return TimeUnit.SECONDS.toNanos(time.getTvSec()) + time.getTvNsec();
  }
}
