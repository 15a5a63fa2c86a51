package crjvm.agent;

import crjvm.agent.checkpoint.order.Findings;
import crjvm.agent.checkpoint.order.Order;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Outcome;
import crjvm.agent.session.Session;
import crjvm.attach.AttachFolder;
import crjvm.attach.AttachFolder.Answer;
import crjvm.attach.AttachMessage;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread that serves an attach message of {@code crjvm checkpoint PID}. The thread that has
 * loaded the agent answers its client first, because their connection would be in the dump.
 */
final class AttachThread extends Thread {
  private static final long GO_LIMIT_MILLIS = 10_000;

  private final AttachFolder folder;
  private final Session session;
  private final List<String> untracked;
  private final Runnable onImage;

  /**
   * @param untracked descriptions of facts that the agent lacks
   * @param onImage runs before an image is made
   */
  AttachThread(AttachFolder folder, Session session, List<String> untracked, Runnable onImage) {
    super("crjvm checkpoint");
    setDaemon(true);
    this.folder = folder;
    this.session = session;
    this.untracked = untracked;
    this.onImage = onImage;
  }

  @Override
  public void run() {
    try {
      if (folder.awaitGo(GO_LIMIT_MILLIS)) {
        serve(folder.message());
      }
    } catch (Failure failure) {
      fail(failure);
    } catch (RestoreException e) {
      Outcome.reportCallbacks(e);
    } catch (InterruptedException e) {
      fail(new Failure("checkpoint failed", "its thread was interrupted", "try again", e));
    } catch (Throwable e) { // no failure may harm the application
      fail(
          new Failure(
              "checkpoint failed", e.toString(), "set CRJVM_DEBUG=1 for more and report it", e));
    }
  }

  private void serve(AttachMessage message)
      throws Failure, RestoreException, InterruptedException, IOException {
    if (message.image().isEmpty()) {
      folder.answer(new Answer(true, list()));
      return;
    }
    onImage.run();
    session.checkpoint(
        Order.fromOutside(
            message.image().orElseThrow(),
            message.stops(),
            line -> folder.answer(new Answer(true, List.of(line)))));
  }

  private List<String> list() throws Failure, InterruptedException {
    Findings findings = session.list();
    List<String> lines = new ArrayList<>();
    findings.obstacles().forEach(line -> lines.add(AttachMessage.OBSTACLE + line));
    findings.losses().forEach(line -> lines.add(AttachMessage.NOTE + line));
    untracked.forEach(line -> lines.add(AttachMessage.NOTE + line));
    return lines;
  }

  private void fail(Failure failure) {
    Console.report(failure);
    folder.answer(new Answer(false, List.of(failure.getMessage())));
  }
}
