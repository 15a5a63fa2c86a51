package crjvm.it.store;

import crjvm.it.bench.Await;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client of a store that keeps running, because its start takes longer than an answer. It opens a
 * new connection for each question.
 */
final class StoreSession {
  private final StorePlace place;
  private RunningProcess process;
  private Writer input;
  private int read;

  StoreSession(StorePlace place) {
    this.place = place;
  }

  /** Returns the numbers that the client prints, or an empty result if it has failed. */
  Optional<List<Integer>> ask(int port, Object... words) throws IOException {
    if (process == null) {
      process = place.session().input(Redirect.PIPE).start("client");
      input = process.process().outputWriter();
    }
    String line =
        Stream.concat(Stream.of(port), Stream.of(words))
            .map(Object::toString)
            .collect(Collectors.joining(" "));
    input.write(line + "\n");
    input.flush();
    Await.until(RunningProcess.LIMIT, "an answer", this::hasAnswered, this::describe);
    String answer = process.stdout().substring(read);
    read += answer.length();
    if (answer.endsWith("failed\n")) {
      return Optional.empty();
    }
    String numbers = answer.substring(0, answer.length() - "done\n".length());
    return Optional.of(numbers(numbers));
  }

  /** Returns the numbers of complete lines. */
  static List<Integer> numbers(String output) {
    return output.substring(0, output.lastIndexOf('\n') + 1).lines().map(Integer::valueOf).toList();
  }

  private boolean hasAnswered() {
    if (!process.isAlive()) {
      throw new AssertionError("the client has ended\n" + describe());
    }
    String answer = process.stdout().substring(read);
    return answer.endsWith("done\n") || answer.endsWith("failed\n");
  }

  String describe() {
    return process == null ? "" : process.describe();
  }
}
