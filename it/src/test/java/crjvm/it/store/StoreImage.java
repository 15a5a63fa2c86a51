package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import crjvm.it.store.StoreScenario.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An explicit checkpoint of a store, made while it is given data, and again later. */
final class StoreImage {
  private final StoreScenario scenario;
  private final StorePlace place;
  private final Path image;

  StoreImage(StoreScenario scenario, Path image) {
    this.scenario = scenario;
    this.place = scenario.place();
    this.image = image;
  }

  /** Starts a server that makes an image and ends with it. */
  void makeAndEnd() throws Exception {
    RunningProcess process = make("exit");
    if (process.awaitExit() != 0) {
      throw scenario.failure("no image\n" + process.describe());
    }
  }

  /** Starts a server that makes an image and goes on. */
  RunningProcess makeAndGoOn() throws Exception {
    RunningProcess process = make("continue");
    scenario.compare();
    return process;
  }

  /** Starts a server of which no image can be made. It works as without the agent. */
  void refused(String reason, End end) throws Exception {
    int start = scenario.count();
    String read = words(place.clientWords(place.ports().get(0), "read"));
    RunningProcess process = server("continue", read + " >/dev/null").start(start + "-refused");
    process.awaitError("crjvm: checkpoint failed: ");
    assertThat(process.stderr()).contains(reason);
    assertThat(image).doesNotExist();
    scenario.outcomes().add("no image", "" + start);
    scenario.note(start + " java, refused an image");
    scenario.compare();
    scenario.write();
    scenario.end(process, end);
  }

  private RunningProcess make(String then) throws Exception {
    int start = scenario.count();
    int port = place.ports().get(0);
    Path output = place.folder().resolve("warm-up-" + start);
    String add =
        words(place.clientWords(port, "add", scenario.nextNumbers(), StoreScenario.entries()));
    RunningProcess process = server(then, add + " >" + output).start(start + "-image");
    Await.until(
        RunningProcess.LIMIT,
        "an image",
        () ->
            !process.isAlive()
                || process.messages().toString().contains("failed")
                || hasImage(process),
        process::describe);
    if (!hasImage(process)) {
      throw scenario.failure("no image\n" + process.describe());
    }
    scenario.acknowledge(Files.readString(output));
    scenario.outcomes().add("image", "" + start);
    scenario.note(start + " java, with an image, then=" + then);
    return process;
  }

  private static String words(List<Object> words) {
    return words.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /** Returns a command with the agent, which makes an image when a client has connected. */
  private Command server(String then, String warmUp) throws IOException {
    String options =
        "at=port:" + place.ports().get(0) + ",quiet=off,then=" + then + ",warmup=cmd:" + warmUp;
    return place.server("-javaagent:" + place.bench().agent() + "=image=" + image + "," + options);
  }

  private static boolean hasImage(RunningProcess process) {
    return process.stderr().contains("crjvm: image ready: ");
  }

  /** Returns {@code crjvm run}. */
  Command run(Object... options) {
    return new Command(place.bench(), place.folder())
        .add(place.bench().launcher(), "run", "--image", image)
        .add(options);
  }

  /** Starts one more copy on other ports, beside the server that is running. */
  void second() throws Exception {
    List<Integer> others = place.otherPorts();
    List<Object> options = new ArrayList<>();
    if (place.kind().isHarmedByASecond()) {
      options.add("--no-fallback");
    }
    for (int i = 0; i < others.size(); i++) {
      options.addAll(List.of("--listen", place.ports().get(i) + "=" + others.get(i)));
    }
    scenario.second("crjvm run", run(options), others);
  }
}
