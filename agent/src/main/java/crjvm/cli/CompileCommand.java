package crjvm.cli;

import crjvm.image.CheckpointContext;
import crjvm.image.ImageException;
import crjvm.image.OutsideFile;
import crjvm.image.Setting;
import crjvm.image.compile.ImageCompiler;
import crjvm.trial.RequestPages;
import crjvm.trial.SelfCheck;
import crjvm.trial.ToolPages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code compile}, which makes the image. The agent runs it after the dump. */
@Command(
    name = "compile",
    description = "Makes an image of a dump.",
    mixinStandardHelpOptions = true)
final class CompileCommand implements Callable<Integer> {
  @Option(names = "--dump", required = true, paramLabel = "DIR", description = "CRIU's files")
  private Path dump;

  @Option(
      names = "--context",
      required = true,
      paramLabel = "FILE",
      description = "what the agent knows of the JVM")
  private Path context;

  @Option(
      names = "--outside",
      paramLabel = "FILE",
      description = "the files that live on outside of the image")
  private Path outside;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "what the process was configured with")
  private Path settings;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "DIR",
      description = "the image, a folder that does not exist yet")
  private Path image;

  @Option(
      names = "--train",
      paramLabel = "LAUNCHER",
      description = "then restore it twice, to see which memory the requests of the warm-up write")
  private Path launcher;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "then run these command lines normally and restored, and compare")
  private Path check;

  @Option(names = "--launcher", hidden = true)
  private Path checkLauncher;

  @Override
  public Integer call() throws Exception {
    CheckpointContext known = CheckpointContext.load(context);
    List<OutsideFile> files = outside == null ? List.of() : OutsideFile.load(outside);
    List<Setting> read = settings == null ? List.of() : Setting.load(settings);
    ImageCompiler.compile(dump, known, files, read, image);
    if (check != null) {
      SelfCheck.run(check, known, image, checkLauncher)
          .forEach(line -> System.out.println("note: " + line));
    }
    if (check != null || launcher != null) {
      recordWorkingSet();
    }
    return 0;
  }

  /** Records the working set. If that fails, the image is still usable. */
  private void recordWorkingSet() throws InterruptedException {
    try {
      if (check != null) {
        ToolPages.record(check, image, checkLauncher);
      } else {
        RequestPages.record(image, launcher, List.of());
      }
    } catch (ImageException | IOException e) {
      System.out.println("no working set: " + e.getMessage());
    }
  }
}
