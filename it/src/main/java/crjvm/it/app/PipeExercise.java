package crjvm.it.app;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A pipe whose reader has been waiting in a selector since before the checkpoint. */
final class PipeExercise implements Exercise {
  private final LinkedBlockingQueue<Byte> received = new LinkedBlockingQueue<>();
  private Pipe pipe;
  private Selector selector;
  private byte next;

  @Override
  public void prepare() throws Exception {
    pipe = Pipe.open();
    selector = Selector.open();
    pipe.source().configureBlocking(false);
    pipe.source().register(selector, SelectionKey.OP_READ);
    Thread reader = new Thread(this::read, "pipe-reader");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    try {
      while (true) {
        selector.select();
        selector.selectedKeys().clear();
        while (pipe.source().read(buffer.clear()) > 0) {
          received.put(buffer.get(0));
        }
      }
    } catch (Exception e) {
      e.printStackTrace();
    }
  }

  @Override
  public String run() throws Exception {
    for (int i = 0; i < 10; i++) {
      next++;
      pipe.sink().write(ByteBuffer.wrap(new byte[] {next}));
      Byte got = received.poll(10, TimeUnit.SECONDS);
      Exercise.check(got != null && got == next, "%s instead of %d", got, next);
    }
    selector.wakeup();
    return "ten bytes";
  }
}
