package crjvm.it.store;

import crjvm.it.bench.Await;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * The result of a server's start.
 *
 * @param state the state in words
 * @param numbers the numbers that are there, if it serves
 */
record StoreAnswer(String state, RunningProcess server, List<Integer> numbers) {
  private static final String SERVES = "serves";

  boolean isServing() {
    return state.equals(SERVES);
  }

  String describe() {
    return state + "\n" + server.describe();
  }

  /** Waits for the result of a server that has its files for itself. */
  static StoreAnswer await(StoreSession client, StorePlace place, RunningProcess server) {
    return await(() -> find(client, place, server, place.ports().get(0)), server);
  }

  /** Waits for the result of a server whose files another server holds. It may wait for them. */
  static StoreAnswer awaitSecond(
      StoreSession client, StorePlace place, RunningProcess server, int port) {
    return await(
        () ->
            place.kind().waits(server)
                ? new StoreAnswer("waits for the first", server, List.of())
                : find(client, place, server, port),
        server);
  }

  /** Waits for the end of a server whose ports another server has. */
  static StoreAnswer awaitEnd(RunningProcess server) throws InterruptedException {
    server.awaitExit();
    return new StoreAnswer("has ended", server, List.of());
  }

  private static StoreAnswer await(Callable<StoreAnswer> question, RunningProcess server) {
    StoreAnswer[] answer = {null};
    Await.until(
        Http.START_LIMIT,
        "an answer",
        () -> {
          answer[0] = question.call();
          return answer[0] != null;
        },
        server::describe);
    return answer[0];
  }

  /**
   * Returns the result, or null if it is not known yet. An open port says nothing: the restorer
   * opens it, too, and may find later that it can't restore.
   */
  private static StoreAnswer find(
      StoreSession client, StorePlace place, RunningProcess server, int port) throws IOException {
    if (!server.isAlive()) {
      return new StoreAnswer("has ended", server, List.of());
    } else if (!place.isOpen(port)) {
      return null;
    }
    boolean isNormal = !JavaCache.isRestored(server);
    Optional<List<Integer>> numbers = client.ask(port, "read");
    if (numbers.isPresent()) {
      return new StoreAnswer(SERVES, server, numbers.get());
    }
    return isNormal ? new StoreAnswer("does not serve", server, List.of()) : null;
  }
}
