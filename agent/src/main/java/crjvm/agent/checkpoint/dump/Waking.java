package crjvm.agent.checkpoint.dump;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.jna.NativeBuffer;
import crjvm.agent.restore.RestoreMessage;
import crjvm.agent.restore.RestoreWork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The wait for an answer, and the steps of a restored process from there to the opening of the
 * gate. Rehearsals run the same code, because code that runs for the first time is the most
 * expensive part of a restore.
 */
final class Waking implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final RestoreWork work;
  private final NativeBuffer buffer = new NativeBuffer(BUFFER);
  private byte[] answer = {};

  Waking(RestoreWork work) {
    this.work = work;
  }

  /**
   * Waits for the helper's report or for a restore message, which it applies.
   *
   * @param onRestore runs first in a restored process
   * @return empty if the answer was a report, or if the helper died
   */
  Optional<RestoreMessage> await(int fd, Runnable onRestore, Runnable openGate) throws IOException {
    int count = Kernel.read(fd, buffer);
    long arrival = System.nanoTime();
    answer = buffer.bytes(count);
    if (!isRestored()) {
      while (count > 0 && !isReport()) {
        count = append(fd);
      }
      return Optional.empty();
    }
    onRestore.run();
    while (append(fd) > 0) {
      continue;
    }
    Kernel.close(fd);
    return Optional.of(work.run(answer, arrival, openGate));
  }

  /** Runs the same steps with a message in this process. */
  void rehearse(byte[] message, Runnable onRestore, Runnable openGate) throws IOException {
    await(Kernel.memory(message), onRestore, openGate);
  }

  private int append(int fd) throws IOException {
    int count = Kernel.read(fd, buffer);
    if (count > 0) {
      byte[] more = buffer.bytes(count);
      int length = answer.length;
      answer = Arrays.copyOf(answer, length + count);
      System.arraycopy(more, 0, answer, length, count);
    }
    return count;
  }

  /** Returns whether this is a restored process. */
  boolean isRestored() {
    return answer.length >= 3 && answer[0] == 'R' && answer[2] == 0;
  }

  private boolean isReport() {
    return answer.length > 0 && answer[answer.length - 1] == '\n';
  }

  /** Returns the helper's report, or empty text if the helper died. */
  String report() {
    return new String(answer, StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
