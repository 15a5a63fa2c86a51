package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A check of the mappings and the timers of the process before the dump. */
public final class MemoryCheck {
  /** The obstacles by the beginning of the name in /proc/self/maps. */
  private static final Map<String, String> OBSTACLES = new LinkedHashMap<>();

  static {
    OBSTACLES.put("/SYSV", "System V shared memory (shmat)");
    OBSTACLES.put("/[aio]", "a queue of asynchronous I/O (io_setup)");
    OBSTACLES.put("/anon_hugepage", "huge pages");
    OBSTACLES.put("anon_inode:[io_uring]", "an io_uring");
    OBSTACLES.put("anon_inode:[perf_event]", "a performance counter (perf_event_open)");
    OBSTACLES.put("socket:", "a packet socket");
    OBSTACLES.put("/secretmem", "secret memory (memfd_secret)");
    OBSTACLES.put("/dev/shm/", null);
    OBSTACLES.put("/dev/zero", null);
    OBSTACLES.put("/dev/", "a device");
  }

  /** The obstacles by the kernel's flags in /proc/self/smaps. */
  private static final Map<String, String> OBSTACLE_FLAGS =
      Map.of(
          "sl", "sealed (mseal)",
          "ui", "watched by a userfaultfd",
          "um", "watched by a userfaultfd",
          "uw", "watched by a userfaultfd");

  /**
   * The beginning of the names of mappings that the kernel makes for every process, such as [vdso].
   */
  private static final String KERNELS = "[v";

  private static final int NAME = 5; // the index of this column in /proc/self/maps

  private MemoryCheck() {}

  /**
   * Checks the memory and the timers.
   *
   * @throws Failure there is a mapping or a timer that no image can hold
   */
  public static void check() throws Failure {
    try {
      for (String line : ProcessFiles.maps()) {
        String[] columns = line.split(" +", NAME + 1);
        if (columns.length > NAME) {
          check(columns[0], columns[NAME]);
        }
      }
      checkFlags();
      checkTimers();
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the memory could not be searched (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  private static void check(String addresses, String name) throws Failure {
    for (Map.Entry<String, String> obstacle : OBSTACLES.entrySet()) {
      if (name.startsWith(obstacle.getKey())) {
        if (obstacle.getValue() == null) {
          return;
        }
        throw refuse(addresses, obstacle.getValue() + " (\"" + name + "\")");
      }
    }
  }

  private static Failure refuse(String addresses, String what) {
    return new Failure(
        Messages.FAILED,
        "memory at "
            + addresses.substring(0, addresses.indexOf('-'))
            + " is "
            + what
            + ", which can't be in an image",
        "release it before the checkpoint");
  }

  private static void checkFlags() throws IOException, Failure {
    String[] mapping = {};
    for (String line : ProcessFiles.lines(Path.of("/proc/self/smaps"))) {
      String[] columns = line.split(" +", NAME + 1);
      if (columns[0].indexOf('-') > 0) {
        mapping = columns;
      } else if (columns[0].equals("VmFlags:")
          && !(mapping.length > NAME && mapping[NAME].startsWith(KERNELS))) {
        for (String flag : line.split(" ")) {
          if (OBSTACLE_FLAGS.containsKey(flag)) {
            throw refuse(mapping[0], OBSTACLE_FLAGS.get(flag));
          }
        }
      }
    }
  }

  private static void checkTimers() throws IOException, Failure {
    if (Descriptors.hasTimers()) {
      throw new Failure(
          Messages.FAILED,
          "the process has a native timer (setitimer or timer_create; a profiler?), which can't be"
              + " in an image",
          "stop it before the checkpoint");
    }
  }
}
