package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Copies of one image that run at the same time, each with a port of its own. */
final class Copies {
  /** One of the copies. */
  record Copy(RunningProcess process, int port) {
    /** Returns the next value of a source. */
    String ask(String source) throws Exception {
      return Http.ask(port, "/" + source + "?1").strip();
    }

    List<String> ask(String source, int count) throws Exception {
      return Http.ask(port, "/" + source + "?" + count).lines().toList();
    }

    void terminate() throws Exception {
      assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    }

    /** Kills a copy that may be the child of a command which only waits for it. */
    void kill() throws Exception {
      Optional<ProcessHandle> child = process.process().children().findFirst();
      child.orElse(process.process().toHandle()).destroyForcibly();
      process.awaitExit();
    }
  }

  private Copies() {}

  /** Starts two copies in the same way. */
  static List<Copy> two(Checkpoint image, Object... options) throws Exception {
    return each(image, List.of(UnaryOperator.identity(), UnaryOperator.identity()), options);
  }

  /**
   * Starts one copy for each of the ways, and waits until all of them listen.
   *
   * @param ways changes of the command that starts a copy
   */
  static List<Copy> each(Checkpoint image, List<UnaryOperator<Command>> ways, Object... options)
      throws Exception {
    List<RunningProcess> processes = new ArrayList<>();
    for (UnaryOperator<Command> way : ways) {
      Command command =
          image.command("--no-fallback", "--listen", image.port() + "=0").add(options);
      processes.add(way.apply(command).start("copy"));
    }
    List<Copy> copies = new ArrayList<>();
    for (RunningProcess process : processes) {
      copies.add(new Copy(process, port(process, image.port())));
    }
    return copies;
  }

  private static int port(RunningProcess copy, int checkpoints) {
    String listening = "crjvm: listening: " + checkpoints + "=";
    copy.awaitError(listening);
    return Integer.parseInt(copy.stderr().replaceAll("(?s).*" + listening + "(\\d+).*", "$1"));
  }

  /** Returns the next value of each copy. */
  static List<String> ask(List<Copy> copies, String source) throws Exception {
    List<String> answers = new ArrayList<>();
    for (Copy copy : copies) {
      answers.add(copy.ask(source));
    }
    return answers;
  }

  static void terminate(List<Copy> copies) throws Exception {
    for (Copy copy : copies) {
      copy.terminate();
    }
  }
}
