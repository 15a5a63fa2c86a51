package crjvm.micronaut;

import java.util.concurrent.CompletableFuture;

/** Is closed from the checkpoint until the settings of a restore are applied. */
final class RequestGate {
  private static volatile CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);

  private RequestGate() {}

  static synchronized void close() {
    if (opened.isDone()) {
      opened = new CompletableFuture<>();
    }
  }

  static void open() {
    opened.complete(null);
  }

  /** Returns what is complete when the gate is open. */
  static CompletableFuture<Void> opened() {
    return opened;
  }
}
