package crjvm.agent.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a process to its end: with a time limit, both streams drained, nothing left behind. */
public final class ProcessRunner {
  private static final int OUTPUT_LIMIT = 64 * 1024;
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

  private final ProcessFactory factory;

  public ProcessRunner(ProcessFactory factory) {
    this.factory = factory;
  }

  /**
   * What is left of a process.
   *
   * @param status the exit status; -1 when it was killed at the time limit
   * @param out the first 64 KiB of its standard output
   * @param err the first 64 KiB of its standard error
   */
  public record Result(int status, boolean timedOut, String out, String err) {
    /** The last line that it said, on stderr if there is one. */
    public String lastLine() {
      String text = err.isBlank() ? out : err;
      String[] lines = text.strip().split("\\R", -1);
      return lines[lines.length - 1].strip();
    }
  }

  /**
   * Runs it.
   *
   * @throws IOException the process could not be started
   */
  public Result run(ProcessBuilder builder, Duration limit)
      throws IOException, InterruptedException {
    Process process = factory.start(builder);
    try {
      process.getOutputStream().close();
      Drain out = new Drain(process.getInputStream());
      Drain err = new Drain(process.getErrorStream());
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
        process.waitFor(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
      // A grandchild may have inherited the streams: their end is not waited for without limit.
      return new Result(ended ? process.exitValue() : -1, !ended, out.text(), err.text());
    } finally {
      process.destroyForcibly();
      process.getInputStream().close();
      process.getErrorStream().close();
    }
  }

  private static final class Drain {
    private final StringBuilder text = new StringBuilder();
    private final Thread thread;

    Drain(InputStream stream) {
      thread = new Thread(() -> drain(stream), "crjvm drain");
      thread.setDaemon(true);
      thread.start();
    }

    private void drain(InputStream stream) {
      byte[] buffer = new byte[4096];
      try {
        for (int count; (count = stream.read(buffer)) >= 0; ) {
          append(new String(buffer, 0, count, Charset.defaultCharset()));
        }
      } catch (IOException e) {
        // closed: what was read counts
      }
    }

    private synchronized void append(String part) {
      if (text.length() < OUTPUT_LIMIT) {
        text.append(part);
      }
    }

    String text() throws InterruptedException {
      thread.join(DRAIN_LIMIT.toMillis());
      synchronized (this) {
        return text.toString();
      }
    }
  }
}
