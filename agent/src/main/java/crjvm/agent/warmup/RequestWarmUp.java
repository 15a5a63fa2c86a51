package crjvm.agent.warmup;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.WarmUp;
import crjvm.agent.os.jdk.CompileQueue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;

/**
 * A warm-up by GET requests. The first one of each address may find an application that still
 * deploys, and waits for it. Most of them are sent by a few threads at a time. The last ones are
 * sent one by one, each after the compilers have finished the work that the previous one caused. A
 * restored process begins like this: its first requests find idle compilers, which then do work
 * that they had postponed under load. The first bad answer ends the warm-up.
 */
final class RequestWarmUp {
  static final String FAILED = "warm-up failed";

  private static final int CLIENTS = 4;

  /**
   * The limit of the last repetitions of a request, which are at most a tenth of all and at most
   * this number.
   */
  private static final int MOST_LAST = 20;

  private static final int LAST_PART = 10;
  private static final Duration COMPILATION_LIMIT = Duration.ofSeconds(2);
  private static final int CONNECT_ATTEMPTS = 50;
  private static final int CONNECT_PAUSE_MS = 100;
  private static final int PROGRESS_MS = 1000;

  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;

  private final WarmUp.Requests requests;
  private final Duration limit;
  private final Deployment deployment;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  private volatile URI latest;

  /** The deployment of the application, which its server may begin before it listens. */
  interface Deployment {
    /** Waits for up to a second, and returns whether the JVM was busy all the time. */
    boolean isBusy() throws InterruptedException;
  }

  RequestWarmUp(WarmUp.Requests requests, Duration limit, Deployment deployment) {
    this.requests = requests;
    this.limit = limit;
    this.deployment = deployment;
  }

  void run() throws Failure, InterruptedException {
    long start = System.nanoTime();
    MixedRequests first = part(each -> 1);
    await(List.of(startClient(() -> sendFirst(first), 0)), first, start);
    MixedRequests many = part(each -> each.count() - 1 - last(each));
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < Math.min(CLIENTS, requests.total()); i++) {
      clients.add(startClient(() -> send(many), i));
    }
    await(clients, many, start);
    MixedRequests last = part(RequestWarmUp::last);
    await(List.of(startClient(() -> sendOneByOne(last), 0)), last, start);
    report(start);
  }

  private MixedRequests part(ToIntFunction<WarmUp.Repeated> count) {
    return new MixedRequests(
        requests.each().stream()
            .map(each -> new WarmUp.Repeated(each.url(), count.applyAsInt(each)))
            .toList());
  }

  private static int last(WarmUp.Repeated each) {
    return Math.min(MOST_LAST, each.count() / LAST_PART);
  }

  private static Thread startClient(Runnable work, int number) {
    Thread client = new Thread(work, "crjvm warm-up " + number);
    client.setDaemon(true);
    client.start();
    return client;
  }

  private void await(List<Thread> clients, MixedRequests mixed, long start)
      throws Failure, InterruptedException {
    try {
      await(clients, start);
    } catch (InterruptedException e) {
      mixed.end();
      throw e;
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private void await(List<Thread> clients, long start) throws InterruptedException {
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
              "\"" + latest + "\" was not done after " + limit.toMinutes() + " minutes",
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

  private void sendFirst(MixedRequests mixed) {
    for (Optional<URI> url; failure.get() == null && (url = mixed.next()).isPresent(); ) {
      send(url.get(), true);
    }
  }

  private void send(MixedRequests mixed) {
    for (Optional<URI> url; failure.get() == null && (url = mixed.next()).isPresent(); ) {
      send(url.get(), false);
    }
  }

  private void sendOneByOne(MixedRequests mixed) {
    try {
      CompileQueue.awaitIdle(COMPILATION_LIMIT);
      for (Optional<URI> url; failure.get() == null && (url = mixed.next()).isPresent(); ) {
        send(url.get(), false);
        CompileQueue.awaitIdle(COMPILATION_LIMIT);
      }
    } catch (InterruptedException e) {
      fail("\"" + latest + "\" was interrupted", "try again");
    }
  }

  private void send(URI url, boolean isFirst) {
    latest = url;
    try {
      int status = isFirst ? sendUntilDeployed(url) : connect(url);
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

  /**
   * Sends the request again while the connection is refused, because the application may be ready a
   * little before its server.
   */
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

  /** Sends the request again while it is not there yet and the application still deploys. */
  private int sendUntilDeployed(URI url) throws IOException, InterruptedException {
    do {
      try {
        int status = HttpGet.send(url);
        if (status != NOT_FOUND && status < SERVER_ERROR) {
          return status;
        }
      } catch (ConnectException e) {
        Console.trace(e);
      }
    } while (failure.get() == null && deployment.isBusy());
    return connect(url);
  }

  private void fail(String cause, String remedy) {
    failure.compareAndSet(null, new Failure(FAILED, cause, remedy));
  }
}
