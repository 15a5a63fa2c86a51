package crjvm.cli;

import crjvm.attach.AttachFolder;
import crjvm.attach.AttachFolder.Answer;
import crjvm.attach.AttachMessage;
import crjvm.image.ImageException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code checkpoint PID}, which asks a running JVM to make an image of itself. */
@Command(
    name = "checkpoint",
    description = "Makes an image of a running JVM, with the agent in it or without.",
    mixinStandardHelpOptions = true)
final class CheckpointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private long pid;

  @Parameters(paramLabel = "PID", description = "the JVM's process id")
  private void setPid(String text) {
    if (!text.matches("[1-9]\\d{0,9}")) {
      throw new ParameterException(
          spec.commandLine(), "\"" + text + "\" is not a process id; jps shows them");
    }
    pid = Long.parseLong(text);
  }

  @Option(
      names = "--image",
      paramLabel = "DIR",
      defaultValue = "crjvm-image",
      description = "where the image goes (default: crjvm-image)")
  private Path image;

  @ArgGroup private What what = new What();

  private static final class What {
    @Option(names = "--keep-running", description = "the JVM goes on (default)")
    private boolean keepsRunning;

    @Option(names = "--stop", description = "the JVM ends with status 0 when the image is there")
    private boolean stops;

    @Option(
        names = "--list",
        description =
            "make no image; say what would be in its way, and what restored processes would not"
                + " have")
    private boolean lists;
  }

  @Override
  public Integer call() throws Exception {
    Optional<Path> place =
        what.lists ? Optional.empty() : Optional.of(image.toAbsolutePath().normalize());
    AttachMessage message = new AttachMessage(place, what.stops);
    Answer answer = ask(message);
    if (!answer.isGood()) {
      throw new ImageException(String.join("\n", answer.lines()));
    }
    answer.lines().forEach(System.out::println);
    if (what.lists && answer.lines().isEmpty()) {
      System.out.println("nothing is in the way of an image, and nothing would be lost");
    }
    boolean isHopeless =
        answer.lines().stream().anyMatch(line -> line.startsWith(AttachMessage.OBSTACLE));
    return isHopeless ? ExitStatus.FAILED : 0;
  }

  private Answer ask(AttachMessage message) throws Exception {
    RunningJvm jvm = new RunningJvm(pid);
    jvm.check();
    AttachFolder folder = AttachFolder.create(message);
    Thread shutdownHook = new Thread(() -> RunningJvm.delete(folder)); // for Ctrl-C
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    return jvm.ask(folder, message.stops());
  }
}
