package crjvm.agent.os.command;

import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Whether a process goes on: it reads or writes, or has the processor for more than the hundredth
 * part of the time, which is more than a JVM needs that waits.
 */
final class Progress {
  /** The fields of stat after the command's name: utime, stime, cutime and cstime. */
  private static final int FIRST_TIME = 11;

  private static final int TIMES = 4;
  private static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 on every architecture
  private static final int IDLE_PART = 100;
  private static final int LOOKS = 10; // in the time of the limit

  private final Path folder;
  private final Duration limit;
  private long looked = System.nanoTime();
  private long busy = looked;
  private long processorTime;
  private long transferred;

  Progress(int pid, Duration limit) {
    this.folder = Path.of("/proc", Integer.toString(pid));
    this.limit = limit;
  }

  /**
   * Returns whether the process has done nothing for the time of the limit. It looks now and then.
   */
  boolean isIdle() throws IOException {
    long now = System.nanoTime();
    if (now - looked >= limit.toNanos() / LOOKS) {
      looked = now;
      long time = processorTime();
      long bytes = transferred();
      if (time - processorTime > limit.toNanos() / IDLE_PART || bytes != transferred) {
        processorTime = time;
        transferred = bytes;
        busy = now;
      }
    }
    return now - busy > limit.toNanos();
  }

  private long processorTime() throws IOException {
    String stat = Files.readString(folder.resolve("stat"));
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    return TICK_NANOS
        * fields.subList(FIRST_TIME, FIRST_TIME + TIMES).stream().mapToLong(Long::parseLong).sum();
  }

  /**
   * Returns the bytes of all reads and writes, also those that the page cache serves, or 0 on a
   * kernel that does not count them.
   */
  private long transferred() {
    try {
      return ProcessFiles.lines(folder.resolve("io")).stream()
          .filter(line -> line.startsWith("rchar:") || line.startsWith("wchar:"))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
