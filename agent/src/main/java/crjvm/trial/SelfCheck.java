package crjvm.trial;

import crjvm.agent.message.Failure;
import crjvm.agent.tool.TrainingCommand;
import crjvm.agent.tool.TrainingFile;
import crjvm.image.CheckpointContext;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A check that runs the command lines of a tool's training normally and restored, and compares
 * their output, their files and their exit status. Parts that differ between two normal runs
 * (times, random names) are not compared.
 */
public final class SelfCheck {

  private final CheckpointContext tool;
  private final Path image;
  private final Path launcher;
  private final Path place;
  private final List<Integer> unsteady = new ArrayList<>();

  private SelfCheck(CheckpointContext tool, Path image, Path launcher, Path place) {
    this.tool = tool;
    this.image = image;
    this.launcher = launcher;
    this.place = place;
  }

  /**
   * Checks an image.
   *
   * @param file the command lines
   * @param tool the command for a normal start
   * @return messages for the user
   * @throws ImageException the tool behaves differently when it is restored
   */
  public static List<String> run(Path file, CheckpointContext tool, Path image, Path launcher)
      throws IOException, ImageException, InterruptedException {
    List<TrainingCommand> commands = commands(file);
    Path place = Files.createTempDirectory("crjvm-check-");
    try {
      SelfCheck check = new SelfCheck(tool, image, launcher, place);
      for (TrainingCommand command : commands) {
        check.check(command);
      }
      return check.notes(commands.size());
    } finally {
      OwnFiles.delete(place);
    }
  }

  static List<TrainingCommand> commands(Path file) throws IOException, ImageException {
    try {
      return TrainingFile.read(file);
    } catch (Failure e) {
      throw new ImageException(e.getMessage(), e);
    }
  }

  private List<String> notes(int commands) {
    List<String> notes = new ArrayList<>();
    notes.add("self-check: " + commands + " command lines behave the same restored");
    if (!unsteady.isEmpty()) {
      notes.add(
          "self-check: two normal runs already differ in part, which was left out, of the command lines "
              + unsteady);
    }
    return notes;
  }

  private void check(TrainingCommand command)
      throws IOException, ImageException, InterruptedException {
    ToolRun normal = normal(command);
    List<String> words = new ArrayList<>(List.of(launcher.toString(), "run", "--no-fallback"));
    words.addAll(List.of("--image", image.toString(), "--"));
    words.addAll(command.arguments());
    ToolRun restored = ToolRun.run(command, words, place);
    // The second normal run comes last. If a clock shows the same time in both normal runs, it does
    // so in between, too.
    ToolRun again = normal(command);
    Set<ToolRun.Part> steady = normal.commonWith(again);
    if (steady.size() < ToolRun.Part.values().length) {
      unsteady.add(command.line());
    }
    for (ToolRun.Part part : steady) {
      if (!normal.of(part).equals(restored.of(part))) {
        throw difference(command, restored.difference(part, normal));
      }
    }
    Optional<String> slowness = restored.slowness(normal, again);
    if (slowness.isPresent()) {
      throw difference(command, slowness.get());
    }
  }

  private static ImageException difference(TrainingCommand command, String what) {
    return new ImageException(
        "the self-check found a difference: restored, the command line "
            + command.line()
            + " (\""
            + ToolRun.shorten(String.join(" ", command.arguments()))
            + "\") "
            + what
            + "; leave it out of the training file if it must differ, else see docs/tools.md");
  }

  private ToolRun normal(TrainingCommand command)
      throws IOException, ImageException, InterruptedException {
    List<String> words = new ArrayList<>(tool.command().vm());
    words.addAll(tool.command().main());
    words.addAll(command.arguments());
    return ToolRun.run(command, words, place);
  }
}
