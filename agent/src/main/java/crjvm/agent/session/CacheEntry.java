package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.command.LoneRunner;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.agent.tool.ClassList;
import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of the launcher's cache ({@code crjvm java}). The results of its image are recorded
 * there for later starts, and nothing is printed on stderr. The launcher's java-entry.sh uses the
 * same files.
 */
public final class CacheEntry {
  private static final String IMAGE = "image";
  private static final String LOG = "log";

  /** The file with the reason why there will be no image, in one line. */
  private static final String CANNOT = "cannot";

  /** The file that shows that the agent has begun. */
  private static final String BEGUN = "begun";

  /**
   * The file beside a program's entries that counts how often the program has ended before it
   * listened.
   */
  private static final String ENDED = "ended";

  /** The file beside the entries with the classes that a run of the tool has loaded. */
  private static final String CLASSES = "classes";

  /** The file beside the entries with the name of the tool's main class. */
  private static final String MAIN = "main";

  /**
   * The file beside the entries that shows that the program has listened, so that an end does not
   * make it a tool.
   */
  private static final String SERVER = "server";

  /** The folder beside the entries for the image of all runs of the tool. */
  private static final String TOOL = "tool";

  private static final Duration PRUNE_LIMIT = Duration.ofMinutes(1);

  private final Path folder;

  public CacheEntry(Path folder) {
    this.folder = folder;
  }

  public void open() {
    Console.setLog(folder.resolve(LOG));
    write(BEGUN, "");
  }

  /**
   * Records the reason, so that later starts do not use the agent. It does not record a reason that
   * may be gone by then.
   */
  public void refuse(String reason) {
    if (!isStorage(reason)) {
      write(CANNOT, reason);
    }
  }

  private static boolean isStorage(String text) {
    return text.contains("No space left on device")
        || text.contains("Disk quota exceeded")
        || text.contains("Read-only file system");
  }

  /**
   * Counts an end of the tool. It does not count an end if there is an image, because the program
   * was a server then, and has failed.
   */
  public void noteEnd() {
    if (isEndOfTool()) {
      countEnd();
    }
  }

  private boolean isEndOfTool() {
    return !Files.exists(folder.resolve(IMAGE)) && !isEndedBySignal();
  }

  /**
   * Starts making an image for later runs of a tool, whatever their arguments, if the program is a
   * tool.
   *
   * @param mainClass its name, by which the launcher finds a recipe for a training
   */
  public void makeTool(Instrumentation instrumentation, Path launcher, String mainClass) {
    if (!isEndOfTool() || Files.exists(folder.resolveSibling(SERVER))) {
      return;
    }
    try {
      ClassList.write(instrumentation, folder.resolveSibling(CLASSES));
      write(folder.resolveSibling(MAIN).toString(), mainClass);
      List<String> words = new ArrayList<>(ProcessFiles.commandLine());
      words.set(0, ProcessFiles.executable().toString());
      words.removeIf(word -> word.startsWith("-javaagent:") && word.contains(folder.toString()));
      startMaker(
          List.of(launcher.toString(), "cache", "make", folder.resolveSibling(TOOL).toString()),
          words);
    } catch (IOException e) {
      Console.trace(e);
    }
  }

  /** Starts the command in the background, because this process is about to end. */
  private static void startMaker(List<String> maker, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(maker);
    command.addAll(words);
    new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Records that the program listens. */
  public void noteServer() {
    try {
      Files.deleteIfExists(folder.resolveSibling(ENDED));
    } catch (IOException e) {
      Console.trace(e);
    }
    write(folder.resolveSibling(SERVER).toString(), "it has listened on a port");
  }

  /** Loads the classes that an earlier run of the tool has loaded. */
  public void loadClasses() {
    try {
      ClassList.load(folder.resolveSibling(CLASSES));
    } catch (IOException e) {
      Console.trace(e);
    }
  }

  private void countEnd() {
    Path file = folder.resolveSibling(ENDED);
    int count = 0;
    try {
      count = Integer.parseInt(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      // It is the first time.
    }
    write(file.toString(), Integer.toString(count + 1));
  }

  private static boolean isEndedBySignal() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().matches("SIG[A-Z]+ handler"));
  }

  private void write(String file, String line) {
    try {
      Files.writeString(folder.resolve(file), line + "\n");
    } catch (IOException e) {
      Console.trace(e); // the next start tries again
    }
  }

  /** Makes room, because the new image may exceed the limit of the cache. */
  public void prune(Path launcher) throws InterruptedException {
    try {
      List<String> command = List.of(launcher.toString(), "cache", "prune", "--new-image");
      Result result = LoneRunner.interruptible().run(command, PRUNE_LIMIT);
      Console.say("pruned with status " + result.status() + ": " + result.lastLine());
    } catch (IOException e) {
      Console.trace(e);
    }
  }
}
