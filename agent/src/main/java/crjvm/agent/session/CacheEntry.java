package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.os.CommandRunner.Result;
import crjvm.agent.os.LoneRunner;
import crjvm.agent.os.ProcessFiles;
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
 * An entry of the launcher's cache ({@code crjvm java}): what becomes of its image is noted there,
 * for later starts, and nothing is said on stderr. The launcher's java-entry.sh knows the same
 * files.
 */
public final class CacheEntry {
  private static final String IMAGE = "image";
  private static final String LOG = "log";

  /** Why there will be no image, in one line. */
  private static final String CANNOT = "cannot";

  /** The agent has begun. */
  private static final String BEGUN = "begun";

  /** Beside the entries of a program: how often it has ended before it listened. */
  private static final String ENDED = "ended";

  /** Beside them: the classes that a run of the tool has loaded. */
  private static final String CLASSES = "classes";

  /** Beside them: it has listened, so that an end is no sign of a tool. */
  private static final String SERVER = "server";

  /** Beside them: the entry of the image for all runs of the tool. */
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

  /** Later starts do without the agent, unless the reason may be gone by then. */
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

  /** An image shows that it was a server once; then this is no tool, but one that has failed. */
  public void noteEnd() {
    if (isEndOfTool()) {
      countEnd();
    }
  }

  private boolean isEndOfTool() {
    return !Files.exists(folder.resolve(IMAGE)) && !isEndedBySignal();
  }

  /** Has an image made for later runs of a tool, whatever their arguments, if it is one. */
  public void makeTool(Instrumentation instrumentation, Path launcher) {
    if (!isEndOfTool() || Files.exists(folder.resolveSibling(SERVER))) {
      return;
    }
    try {
      ClassList.write(instrumentation, folder.resolveSibling(CLASSES));
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

  /** In the background: this process is about to end. */
  private static void startMaker(List<String> maker, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(maker);
    command.addAll(words);
    new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** It listens. */
  public void noteServer() {
    try {
      Files.deleteIfExists(folder.resolveSibling(ENDED));
    } catch (IOException e) {
      Console.trace(e);
    }
    write(folder.resolveSibling(SERVER).toString(), "it has listened on a port");
  }

  /** What an earlier run of the tool has loaded, this JVM loads, too. */
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
      // the first time
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
      Console.trace(e); // then the next start tries again
    }
  }

  /** The new image may be too much for the cache. */
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
