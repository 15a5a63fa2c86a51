package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A sequence of random steps that may happen to an application which keeps lines in files, with a
 * model of the right result: the lines that it has said are stored. A process that was told that
 * its file is old may know fewer lines, but loses none.
 */
final class StoreSequence {
  private static final String GOES_BY_OLD = "the application still uses its old state";
  private static final int MOST_STEPS = 9;

  private final StoreRun store;
  private final Random random;
  private final List<String> history = new ArrayList<>();
  private List<String> model;
  private List<String> savedModel;
  private Path saved;
  private RunningProcess process;
  private boolean isOld;
  private int next;

  /**
   * @param lines the lines that are in the files
   */
  StoreSequence(StoreRun store, List<String> lines, Random random) {
    this.store = store;
    this.model = new ArrayList<>(lines);
    this.random = random;
  }

  /** Returns the steps that were made so far. */
  String history() {
    return String.join(", ", history);
  }

  void run() throws Exception {
    try {
      int steps = 3 + random.nextInt(MOST_STEPS - 2);
      for (int i = 0; i < steps; i++) {
        if (process == null) {
          stepWithoutProcess();
        } else {
          stepWithProcess();
        }
      }
      if (process != null) {
        stop("TERM", 143);
      }
      start("plain", store.plain());
      stop("TERM", 143);
    } finally {
      if (process != null) {
        process.kill();
        process.awaitKilled();
      }
    }
  }

  private void stepWithoutProcess() throws Exception {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3, 4 -> start("run", store.run());
      case 5, 6 -> start("plain", store.plain());
      case 7 -> save();
      case 8 -> bringBack();
      default -> touch();
    }
  }

  private void stepWithProcess() throws Exception {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> add();
      case 3 -> look();
      case 4 -> startAnother();
      case 5, 6 -> stop("TERM", 143);
      default -> stop("KILL", 137);
    }
  }

  private void start(String how, RunningProcess started) throws IOException {
    process = started;
    isOld = started.stderr().contains(GOES_BY_OLD);
    boolean isNormal = started.stderr().contains("starting the application normally");
    history.add(how + (isOld ? " (old)" : isNormal ? " (normal)" : ""));
    look();
  }

  private void look() throws IOException {
    history.add("look");
    if (!isOld) {
      assertThat(store.lines()).as(this::history).isEqualTo(model);
    }
  }

  private void add() throws IOException {
    String line = "line-" + next++;
    history.add("add " + line);
    Http.Response response = Http.get(store.jvm().port(), "/add?" + line);
    if (response.status() == 200) {
      assertThat(isOld).as(() -> "an old process has written: " + history()).isFalse();
      model.add(line);
    } else {
      assertThat(isOld).as(() -> response + ": " + history()).isTrue();
    }
  }

  /**
   * Starts another process, which fails, or writes to none of the first one's files. It gets no
   * requests.
   */
  private void startAnother() throws Exception {
    history.add("another");
    String moved = store.jvm().port() + "=0";
    RunningProcess other = store.command("--no-fallback", "--listen", moved).start("another");
    Await.until(
        RunningProcess.LIMIT,
        "the other's start or end",
        () -> !other.isAlive() || other.stderr().contains("crjvm: listening: "),
        other::describe);
    if (other.isAlive()) {
      other.signal("KILL");
    }
    assertThat(other.awaitExit()).as(other::describe).isIn(124, 137);
  }

  private void stop(String signal, int status) throws Exception {
    history.add(signal);
    process.signal(signal);
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    process = null;
  }

  /** Makes a backup of the files. */
  private void save() throws Exception {
    history.add("save");
    saved = store.jvm().folder().resolve("saved");
    copy(store.store(), saved);
    savedModel = List.copyOf(model);
  }

  /** Puts the backup in the place of the files, as after a rename or a loss. */
  private void bringBack() throws Exception {
    if (savedModel != null) {
      history.add("bring back");
      copy(saved, store.store());
      model = new ArrayList<>(savedModel);
    }
  }

  /** Gives the files other times, as a copy does. */
  private void touch() throws Exception {
    history.add("touch");
    try (var files = Files.list(store.store())) {
      for (Path file : files.toList()) {
        run("touch", file.toString());
      }
    }
  }

  /** Copies with owner and times. */
  static void copy(Path from, Path to) throws Exception {
    Workbench.delete(to);
    run("cp", "-a", from.toString(), to.toString());
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
