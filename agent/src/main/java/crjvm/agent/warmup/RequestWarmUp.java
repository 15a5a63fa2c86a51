package crjvm.agent.warmup;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.CompileQueue;
import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import crjvm.agent.warmup.http.HttpSender;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;

/**
 * A warm-up by requests. The first one of each address may find an application that still deploys,
 * and waits for it. Most of them are sent by a few threads at a time. The last ones are sent one by
 * one, each after the compilers have finished the work that the previous one caused. A restored
 * process begins like this: its first requests find idle compilers, which then do work that they
 * had postponed under load. The first bad answer ends the warm-up.
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

  private final List<WarmUpRequest.Repeated> requests;
  private final int total;
  private final Duration limit;
  private final Deployment deployment;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  private volatile String latest;

  /** The deployment of the application, which its server may begin before it listens. */
  interface Deployment {
    /** Waits for up to a second, and returns whether the JVM was busy all the time. */
    boolean isBusy() throws InterruptedException;
  }

  RequestWarmUp(List<WarmUpRequest.Repeated> requests, Duration limit, Deployment deployment) {
    this.requests = requests;
    total = requests.stream().mapToInt(WarmUpRequest.Repeated::count).sum();
    this.limit = limit;
    this.deployment = deployment;
  }

  void run() throws Failure, InterruptedException {
    long start = System.nanoTime();
    MixedRequests first = part(each -> 1);
    await(List.of(startClient(() -> sendFirst(first), 0)), first, start);
    MixedRequests many = part(each -> each.count() - 1 - last(each));
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < Math.min(CLIENTS, total); i++) {
      clients.add(startClient(() -> send(many), i));
    }
    await(clients, many, start);
    MixedRequests last = part(RequestWarmUp::last);
    await(List.of(startClient(() -> sendOneByOne(last), 0)), last, start);
    report(start);
  }

  private MixedRequests part(ToIntFunction<WarmUpRequest.Repeated> count) {
    return new MixedRequests(
        requests.stream()
            .map(each -> new WarmUpRequest.Repeated(each.request(), count.applyAsInt(each)))
            .toList());
  }

  private static int last(WarmUpRequest.Repeated each) {
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
    Console.say("warm-up: " + done.get() + " of " + total + " requests, " + seconds + " s");
  }

  private void sendFirst(MixedRequests mixed) {
    for (Optional<WarmUpRequest> next;
        failure.get() == null && (next = mixed.next()).isPresent(); ) {
      send(next.get(), true);
    }
  }

  private void send(MixedRequests mixed) {
    for (Optional<WarmUpRequest> next;
        failure.get() == null && (next = mixed.next()).isPresent(); ) {
      send(next.get(), false);
    }
  }

  private void sendOneByOne(MixedRequests mixed) {
    try {
      CompileQueue.awaitIdle(COMPILATION_LIMIT);
      for (Optional<WarmUpRequest> next;
          failure.get() == null && (next = mixed.next()).isPresent(); ) {
        send(next.get(), false);
        CompileQueue.awaitIdle(COMPILATION_LIMIT);
      }
    } catch (InterruptedException e) {
      fail("\"" + latest + "\" was interrupted", "try again");
    }
  }

  private void send(WarmUpRequest request, boolean isFirst) {
    String address = request.address();
    latest = address;
    try {
      HttpRequest toSend = request.toSend();
      HttpAnswer answer = isFirst ? sendUntilDeployed(toSend) : connect(toSend);
      if (!request.take(toSend, answer)) {
        fail(
            "\"" + address + "\" was answered with status " + answer.status(),
            "warm up with addresses that work");
      }
      done.incrementAndGet();
    } catch (IOException e) {
      fail(
          "\"" + address + "\" could not be read (" + e.getMessage() + ")",
          "try the address with curl");
    } catch (InterruptedException e) {
      fail("\"" + address + "\" was interrupted", "try again");
    }
  }

  /**
   * Sends the request again while the connection is refused, because the application may be ready a
   * little before its server.
   */
  private HttpAnswer connect(HttpRequest request) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return HttpSender.send(request);
      } catch (ConnectException e) {
        if (attempt == CONNECT_ATTEMPTS || failure.get() != null) {
          throw e;
        }
        Thread.sleep(CONNECT_PAUSE_MS);
      }
    }
  }

  /** Sends the request again while it is not there yet and the application still deploys. */
  private HttpAnswer sendUntilDeployed(HttpRequest request)
      throws IOException, InterruptedException {
    do {
      try {
        HttpAnswer answer = HttpSender.send(request);
        if (answer.status() != NOT_FOUND && answer.status() < SERVER_ERROR) {
          return answer;
        }
      } catch (ConnectException e) {
        Console.trace(e);
      }
    } while (failure.get() == null && deployment.isBusy());
    return connect(request);
  }

  private void fail(String cause, String remedy) {
    failure.compareAndSet(null, new Failure(FAILED, cause, remedy));
  }
}
