package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Several starts of a server, one after the other. Each must have everything that was acknowledged
 * before, and then gets more. Errors are noted, and the starts go on.
 */
final class StoreScenario {
  /** The end of a start. */
  enum End {
    TERM,
    KILL,
    KILL_WHILE_WRITING
  }

  private static final int ENTRIES = 20;
  private static final int MANY = 100_000;
  private static final int TAKEN = 3;

  private final StorePlace place;
  private final StoreSession client;
  private final StoreLedger ledger = new StoreLedger();
  private final StoreOutcomes outcomes = new StoreOutcomes();
  private final List<String> story = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final long beginning = System.nanoTime();
  private int number;

  StoreScenario(StorePlace place) {
    this.place = place;
    this.client = new StoreSession(place);
  }

  StorePlace place() {
    return place;
  }

  StoreOutcomes outcomes() {
    return outcomes;
  }

  /** Returns numbers that the client of a warm-up will be told to add. */
  int nextNumbers() {
    return ledger.next(ENTRIES);
  }

  static int entries() {
    return ENTRIES;
  }

  void acknowledge(String output) {
    ledger.acknowledge(StoreSession.numbers(output));
  }

  void note(String line) {
    Duration time = Duration.ofNanos(System.nanoTime() - beginning);
    story.add(String.format(Locale.ROOT, "%4d s %s", time.toSeconds(), line));
  }

  /** Makes a start from its beginning to its end. */
  void turn(String how, Command command, End end) throws Exception {
    RunningProcess process = begin(how, command);
    write();
    end(process, end);
  }

  /** A wait for the state that has to be reached before anybody asks a server. */
  @FunctionalInterface
  interface Settling {
    void await(RunningProcess process) throws Exception;
  }

  /** Starts the server, which has to serve and to have everything. */
  RunningProcess begin(String how, Command command) throws Exception {
    return begin(how, command, process -> {});
  }

  RunningProcess begin(String how, Command command, Settling settling) throws Exception {
    number++;
    RunningProcess process = command.start(number + "-" + how);
    settling.await(process);
    StoreAnswer answer = StoreAnswer.await(client, place, process);
    if (!answer.isServing() && place.kind().isHeldByTheDead(process)) {
      note("  once more: a process that was killed still has its lock");
      process = command.start(number + "-" + how + "-once-more");
      answer = StoreAnswer.await(client, place, process);
    }
    noteBeginning(how, process);
    if (!answer.isServing()) {
      throw failure(answer.describe() + "\n" + client.describe());
    }
    compare(answer.numbers());
    return process;
  }

  /** Returns the number of the next start, of which the scenario sees the end only. */
  int count() {
    return ++number;
  }

  /** Makes a second start without crjvm, if the first one survives that. */
  void plainSecond() throws Exception {
    if (place.kind().isHarmedByASecond()) {
      return;
    }
    List<Integer> others = portsOfASecond();
    second("java", place.server(others), others);
  }

  /**
   * Returns other ports than the first start's. The exception is a server that only its ports keep
   * from working on the files of another one: ZooKeeper destroys the files that it finds, with
   * crjvm or without it.
   */
  List<Integer> portsOfASecond() {
    boolean isSafe = place.kind().isGuarded() || place.kind().isShared();
    return isSafe ? place.otherPorts() : place.ports();
  }

  void end(RunningProcess process, End end) throws Exception {
    switch (end) {
      case TERM -> process.terminate();
      case KILL -> kill(process);
      case KILL_WHILE_WRITING -> killWhileWriting(process);
    }
    // A killed process has ended when its last thread has. The wait for its first thread does not
    // include that.
    Await.until(RunningProcess.LIMIT, "a closed port", () -> !place.isOpen(port()));
    note("  ended by " + end);
  }

  /**
   * Starts the server once more where it is running already. Whatever the second does, nothing may
   * be lost: neither the data of the first, nor the data that the second acknowledges if it was
   * restored.
   */
  void second(String how, Command command, List<Integer> ports) throws Exception {
    RunningProcess second = command.start(number + "-second");
    StoreAnswer answer =
        ports.equals(place.ports())
            ? StoreAnswer.awaitEnd(second)
            : StoreAnswer.awaitSecond(client, place, second, ports.get(0));
    boolean restored = noteBeginning("second " + how, second);
    note("  the second " + answer.state());
    if (answer.isServing() && !restored && place.kind().isGuarded()) {
      faults.add(number + ": the server does not guard its files any more");
    }
    if (answer.isServing() && (restored || place.kind().isShared())) {
      write(ports.get(0));
    }
    write();
    compare();
    if (second.isAlive()) {
      second.terminate();
    }
    write();
    compare();
  }

  /** Notes the beginning of a start, and returns whether the process was restored. */
  private boolean noteBeginning(String how, RunningProcess process) throws IOException {
    boolean restored = isRestored(process);
    String reason = reason(process);
    String start = how.startsWith("second") ? "second at " + number : "" + number;
    if (restored) {
      outcomes.add("restored", start);
    } else if (how.endsWith("java")) {
      outcomes.add(how.endsWith("crjvm java") ? "normal" : "`java`", start);
    } else {
      outcomes.add(StoreOutcomes.cause(reason), start);
    }
    note(number + " " + how + (restored ? ": restored " : ": normal ") + reason);
    return restored;
  }

  /** Returns whether a process was restored. One that has ended meanwhile was not. */
  private static boolean isRestored(RunningProcess process) throws IOException {
    try {
      return process.isAlive() && JavaCache.isRestored(process);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Returns the reason, without the parts that differ in each run. */
  private String reason(RunningProcess process) {
    return process.messages().stream()
        .filter(line -> line.contains("cannot restore") || line.startsWith("crjvm: java: "))
        .map(line -> line.replace(place.folder() + "/", "").replaceFirst("^crjvm: (java: )?", ""))
        .findFirst()
        .orElse("");
  }

  void write() throws Exception {
    write(port());
    if (place.kind().isQueue()) {
      ledger.take(ask(port(), "take", TAKEN));
    }
  }

  private void write(int port) throws Exception {
    ledger.acknowledge(ask(port, "add", ledger.next(ENTRIES), ENTRIES));
  }

  void compare() throws Exception {
    compare(ask(port(), "read"));
  }

  private void compare(List<Integer> there) {
    int expected = ledger.size();
    List<String> wrong = ledger.compare(there);
    note("  has to have " + expected + ", has " + there.size() + " " + wrong);
    wrong.forEach(fault -> faults.add(number + ": " + fault));
  }

  private void kill(RunningProcess process) {
    process.kill();
    process.awaitKilled();
  }

  private void killWhileWriting(RunningProcess process) throws Exception {
    int first = ledger.next(MANY);
    RunningProcess writer = place.client(port(), "add", first, MANY).start("writer");
    Await.until(
        RunningProcess.LIMIT,
        "entries",
        () -> StoreSession.numbers(writer.stdout()).size() >= ENTRIES,
        () -> writer.describe() + process.describe());
    kill(process);
    writer.kill();
    writer.awaitKilled();
    List<Integer> acknowledged = StoreSession.numbers(writer.stdout());
    ledger.acknowledge(acknowledged);
    ledger.doubt(first + acknowledged.size());
  }

  private List<Integer> ask(int port, Object... words) throws Exception {
    return client.ask(port, words).orElseThrow(() -> failure(client.describe()));
  }

  private int port() {
    return place.ports().get(0);
  }

  AssertionError failure(String what) {
    return new AssertionError("start " + number + ": " + what + "\n" + describe());
  }

  String describe() {
    return String.join("\n", story) + "\n" + String.join("\n", faults);
  }

  void assertNothingIsWrong() throws IOException {
    Files.writeString(place.bench().log("story"), describe());
    assertThat(faults).as(this::describe).isEmpty();
  }
}
