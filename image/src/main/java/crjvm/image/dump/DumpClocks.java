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
 * written the memory, which can take seconds that the application must not see. The time between
 * the freeze and the reading is computed from the frozen time in CRIU's statistics and from the
 * modification times of the two files.
 *
 * @param monotonic CLOCK_MONOTONIC, in ns
 * @param boottime CLOCK_BOOTTIME, in ns
 * @param descriptors the largest possible time in ns from the freeze until CRIU had looked at the
 *     descriptors, and so at timers
 */
public record DumpClocks(long monotonic, long boottime, long descriptors) {
  /**
   * The resolution of file times, up to 10 ms. The clock is set a little late rather than early,
   * because it must never go back.
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

  /**
   * Returns the time of the last file that CRIU writes about descriptors, at the end of that work.
   */
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
   * Returns the nanoseconds from the freeze to CRIU's reading of the clocks.
   *
   * @param frozen the whole time for which the process was frozen
   * @param rest the time from the reading to the end of the freeze, according to file times
   */
  static long sinceFreeze(long frozen, long rest) {
    return Math.min(frozen, Math.max(0, frozen - Math.max(0, rest) - TICK));
  }

  /**
   * Returns the nanoseconds from the freeze until CRIU had looked at the descriptors, rather too
   * many than too few.
   *
   * @param since the time from the freeze to the reading of the clocks
   * @param rest the time from the look at the descriptors to that reading, according to file times
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
