package crjvm.it.app;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tool that writes into the file {@code notes} of its working directory when its class is
 * initialised and when it runs. Its exit status is the number of its arguments.
 */
public class NotingTool {
  static {
    note("initialised");
  }

  NotingTool() {}

  public static void main(String[] args) {
    note("main " + String.join(" ", args));
    System.exit(args.length);
  }

  private static void note(String line) {
    try {
      Files.write(Path.of("notes"), List.of(line), CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A class that inherits its main method. */
  public static final class Heir extends NotingTool {
    private Heir() {}
  }
}
