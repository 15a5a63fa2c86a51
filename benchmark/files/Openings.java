import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the microseconds for a file that is opened, read and closed, in two ways, and for a file
 * that is created.
 */
public final class Openings {
  private static final int FOLDERS = 1000;
  private static final int FILES = 100;
  private static final int ROUNDS = 3;

  private interface Opening {
    InputStream open(Path file) throws IOException;
  }

  private Openings() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("crjvm-openings-");
    try {
      long start = System.nanoTime();
      List<Path> files = make(folder);
      print("Files.write", start);
      measure("FileInputStream", files, file -> new FileInputStream(file.toString()));
      measure("Files.newInputStream", files, Files::newInputStream);
    } finally {
      delete(folder.toFile());
    }
  }

  private static List<Path> make(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < FOLDERS; i++) {
      Path inner = Files.createDirectory(folder.resolve("folder-" + i));
      for (int k = 0; k < FILES; k++) {
        files.add(Files.write(inner.resolve("file-" + k), new byte[] {1}));
      }
    }
    return files;
  }

  /** Prints the first round, which opens each file for the first time, and the last one. */
  private static void measure(String name, List<Path> files, Opening opening) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      for (Path file : files) {
        try (InputStream in = opening.open(file)) {
          in.read();
        }
      }
      if (i == 0 || i == ROUNDS - 1) {
        print(name + (i == 0 ? ", first" : ", later"), start);
      }
    }
  }

  private static void print(String name, long start) {
    System.out.printf("%s\t%.3f%n", name, (System.nanoTime() - start) / 1e3 / FOLDERS / FILES);
  }

  private static void delete(File file) {
    File[] inner = file.listFiles();
    for (File each : inner == null ? new File[0] : inner) {
      delete(each);
    }
    file.delete();
  }
}
