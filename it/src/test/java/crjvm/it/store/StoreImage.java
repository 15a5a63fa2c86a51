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

/** An image of a store, made on purpose: while it has been given something, and again later. */
final class StoreImage {
  private final StoreScenario scenario;
  private final StorePlace place;
  private final Path image;

  StoreImage(StoreScenario scenario, Path image) {
    this.scenario = scenario;
    this.place = scenario.place();
    this.image = image;
  }

  /** A start that ends with its image. */
  void makeAndEnd() throws Exception {
    RunningProcess process = make("exit");
    if (process.awaitExit() != 0) {
      throw scenario.failure("no image\n" + process.describe());
    }
  }

  /** A start that has made an image and goes on. */
  RunningProcess makeAndGoOn() throws Exception {
    RunningProcess process = make("continue");
    scenario.compare();
    return process;
  }

  /** A start of which no image can be made: the server is at work as without the agent. */
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

  /** With the agent, which makes an image when a client has been there. */
  private Command server(String then, String warmUp) throws IOException {
    String options =
        "at=port:" + place.ports().get(0) + ",quiet=off,then=" + then + ",warmup=cmd:" + warmUp;
    return place.server("-javaagent:" + place.bench().agent() + "=image=" + image + "," + options);
  }

  private static boolean hasImage(RunningProcess process) {
    return process.stderr().contains("crjvm: image ready: ");
  }

  /** {@code crjvm run}. */
  Command run(Object... options) {
    return new Command(place.bench(), place.folder())
        .add(place.bench().launcher(), "run", "--image", image)
        .add(options);
  }

  /** One more copy, on other ports, beside the server that is at work. */
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
