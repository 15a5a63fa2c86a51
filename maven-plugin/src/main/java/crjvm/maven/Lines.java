package crjvm.maven;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The output of a process. A file gets all of it, its last lines are kept, and crjvm's lines are
 * passed on.
 */
final class Lines implements Consumer<String>, AutoCloseable {
  private static final int KEPT = 40;
  private static final String OWN = "crjvm: ";

  private final Path file;
  private final BufferedWriter writer;
  private final Consumer<String> own;
  private final Deque<String> end = new ArrayDeque<>();
  private boolean isClosed;

  /**
   * Writes to a file.
   *
   * @param own receives crjvm's lines, without its name
   */
  Lines(Path file, Consumer<String> own) throws IOException {
    this.file = file;
    this.own = own;
    Files.createDirectories(file.getParent());
    writer = Files.newBufferedWriter(file);
  }

  Path file() {
    return file;
  }

  @Override
  public synchronized void accept(String line) {
    end.add(line);
    if (end.size() > KEPT) {
      end.remove();
    }
    write(line);
    if (line.startsWith(OWN)) {
      own.accept(line.substring(OWN.length()));
    }
  }

  /**
   * Writes a line to the file. After a failure such as a full disk the output is still read,
   * because the process would hang otherwise.
   */
  private void write(String line) {
    if (isClosed) {
      return;
    }
    try {
      writer.write(line);
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      isClosed = true;
    }
  }

  synchronized List<String> end() {
    return List.copyOf(end);
  }

  @Override
  public synchronized void close() throws IOException {
    isClosed = true;
    writer.close();
  }
}
