package crjvm.it.app;

import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.stream.Stream;

/**
 * Makes a temporary file, and prints its name. The JDK draws a name that is taken first: that of a
 * symbolic link to nothing, which it does not see before it makes the file.
 */
public final class TakenNameApplication {
  private TakenNameApplication() {}

  public static void main(String[] args) throws Exception {
    Class.forName("crjvm.Crjvm").getMethod("checkpoint").invoke(null);
    Path folder = Files.createTempDirectory("taken");
    Files.createSymbolicLink(folder.resolve("taken0"), folder.resolve("nothing"));
    Field random = randomOf(Class.forName("java.io.File$TempDirectory"));
    random.setAccessible(true);
    Field spi = SecureRandom.class.getDeclaredField("secureRandomSpi");
    spi.setAccessible(true);
    spi.set(random.get(null), new Counting());
    System.out.println(File.createTempFile("taken", "", folder.toFile()).getName());
  }

  private static Field randomOf(Class<?> type) {
    return Stream.of(type.getDeclaredFields())
        .filter(field -> field.getType() == SecureRandom.class)
        .findAny()
        .orElseThrow();
  }

  /** A generator whose long numbers are 0, 1, and so on. */
  private static final class Counting extends SecureRandomSpi {
    private static final long serialVersionUID = 1;
    private int halves;

    @Override
    protected void engineNextBytes(byte[] bytes) {
      if (halves % 2 == 1) {
        bytes[bytes.length - 1] = (byte) (halves / 2);
      }
      halves++;
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      // The numbers are always the same.
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      return new byte[count];
    }
  }
}
