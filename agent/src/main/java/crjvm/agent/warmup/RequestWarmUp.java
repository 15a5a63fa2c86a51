package crjvm.agent.warmup;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.WarmUp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends GET requests, series after series, with a few clients at a time. The first bad answer ends
 * it.
 */
final class RequestWarmUp {
  private static final int CLIENTS = 4;
  private static final int CONNECT_ATTEMPTS = 50;
  private static final int CONNECT_PAUSE_MS = 100;
  private static final int PROGRESS_MS = 1000;

  private final WarmUp.Requests requests;
  private final Duration limit;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  RequestWarmUp(WarmUp.Requests requests, Duration limit) {
    this.requests = requests;
    this.limit = limit;
  }

  void run() throws Failure, InterruptedException {
    long start = System.nanoTime();
    for (WarmUp.Series series : requests.series()) {
      AtomicInteger left = new AtomicInteger(series.count());
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < Math.min(CLIENTS, series.count()); i++) {
        Thread client = new Thread(() -> send(series.url(), left), "crjvm warm-up " + i);
        client.setDaemon(true);
        client.start();
        clients.add(client);
      }
      try {
        await(clients, series.url(), start);
      } catch (InterruptedException e) {
        left.set(0);
        throw e;
      }
      if (failure.get() != null) {
        throw failure.get();
      }
    }
    report(start);
  }

  private void await(List<Thread> clients, URI url, long start) throws InterruptedException {
    long nextReport = System.nanoTime() + PROGRESS_MS * 1_000_000L;
    for (Thread client : clients) {
      while (client.isAlive()) {
        client.join(PROGRESS_MS / 10);
        if (System.nanoTime() - nextReport >= 0) {
          report(start);
          nextReport += PROGRESS_MS * 1_000_000L;
        }
        if (System.nanoTime() - start > limit.toNanos()) {
          fail(
              "\"" + url + "\" was not done after " + limit.toMinutes() + " minutes",
              "ask for less");
        }
      }
    }
  }

  private void report(long start) {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    Console.say(
        "warm-up: " + done.get() + " of " + requests.total() + " requests, " + seconds + " s");
  }

  private void send(URI url, AtomicInteger left) {
    while (failure.get() == null && left.getAndDecrement() > 0) {
      try {
        int status = connect(url);
        if (!HttpGet.isSuccess(status)) {
          fail(
              "\"" + url + "\" was answered with status " + status,
              "warm up with addresses that work");
        }
        done.incrementAndGet();
      } catch (IOException e) {
        fail(
            "\"" + url + "\" could not be read (" + e.getMessage() + ")",
            "try the address with curl");
      } catch (InterruptedException e) {
        fail("\"" + url + "\" was interrupted", "try again");
      }
    }
  }

  /** The application may be ready a little before its server. */
  private int connect(URI url) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return HttpGet.send(url);
      } catch (ConnectException e) {
        if (attempt == CONNECT_ATTEMPTS || failure.get() != null) {
          throw e;
        }
        Thread.sleep(CONNECT_PAUSE_MS);
      }
    }
  }

  private void fail(String cause, String remedy) {
    failure.compareAndSet(null, new Failure(WarmUpRunner.FAILED, cause, remedy));
  }
}
