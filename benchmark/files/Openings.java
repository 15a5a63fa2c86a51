import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens files 100,000 times in four ways, reads a byte of each, and prints the microseconds of
 * processor time that its thread took for that. Or it prints what the thread took until main.
 */
public final class Openings {
  private static final int OPENINGS = 100_000;
  private static final int FEW = 1000;
  private static final int IN_FOLDER = 100;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private interface Opening {
    void open(String name) throws IOException;
  }

  private static final List<Opening> WAYS =
      List.of(
          name -> {
            try (var in = Files.newInputStream(Path.of(name))) {
              in.read();
            }
          },
          name -> {
            try (var in = new FileInputStream(name)) {
              in.read();
            }
          },
          name -> {
            try (var in = new RandomAccessFile(name, "r")) {
              in.read();
            }
          },
          name -> {
            try (var in = FileChannel.open(Path.of(name))) {
              in.read(ByteBuffer.allocate(1));
            }
          });

  private Openings() {}

  /**
   * @param args the work, and the folder of the files. {@code make} makes them, {@code start} only
   *     prints the time until here, {@code different} opens each name, {@code same} opens a hundredth of the names a
   *     hundred times
   */
  public static void main(String[] args) throws IOException {
    String folder = args[1];
    switch (args[0]) {
      case "make" -> make(folder);
      case "start" -> print(0);
      case "different" -> open(folder, OPENINGS);
      case "same" -> open(folder, FEW);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static String name(String folder, int number) {
    return folder + "/folder-" + number / IN_FOLDER + "/file-" + number % IN_FOLDER;
  }

  /** Makes a file with 100 names in each folder. As many files would take minutes. */
  private static void make(String folder) throws IOException {
    for (int i = 0; i < OPENINGS; i++) {
      Path name = Path.of(name(folder, i));
      if (i % IN_FOLDER == 0) {
        Files.createDirectories(name.getParent());
        Files.write(name, new byte[] {1});
      } else {
        Files.createLink(name, Path.of(name(folder, i - i % IN_FOLDER)));
      }
    }
  }

  /** Opens files in all ways by turns, as every way is used for a quarter of the files. */
  private static void open(String folder, int files) throws IOException {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < OPENINGS; i++) {
      int number = i % files;
      WAYS.get((i / IN_FOLDER) % WAYS.size()).open(name(folder, number));
    }
    print(start);
  }

  private static void print(long start) {
    System.out.println((THREADS.getCurrentThreadCpuTime() - start) / 1000);
  }
}
