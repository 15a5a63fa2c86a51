package crjvm.agent.checkpoint;

import crjvm.agent.checkpoint.aside.PerfDataCleaner;
import crjvm.agent.checkpoint.folder.Unfinished;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.restore.RestoreRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this process knows from one checkpoint to the next, and across its restores. */
final class ProcessState {
  private final Path jar;
  private final Unfinished unfinished = new Unfinished();
  private final PerfDataCleaner perfDataCleaner = new PerfDataCleaner();
  private volatile boolean hasNewArguments;
  private volatile boolean isRestored;
  private volatile Origin origin;

  /**
   * @param jar crjvm's own, absolute
   */
  ProcessState(Path jar) {
    this.jar = jar;
  }

  /** What the JVM and the agent need, whatever a policy says. */
  List<Path> ownFiles(Path jar) throws Failure {
    List<Path> files = new ArrayList<>(knownOrigin().classPath());
    files.add(jar);
    files.add(Path.of(System.getProperty("java.home")));
    return files;
  }

  Origin knownOrigin() throws Failure {
    try {
      return origin();
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "how the JVM was started can't be found out (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  /** Before the first dump. */
  Origin origin() throws IOException {
    if (origin == null) {
      origin = Origin.ofThisJvm(jar);
    }
    return origin;
  }

  Unfinished unfinished() {
    return unfinished;
  }

  PerfDataCleaner perfDataCleaner() {
    return perfDataCleaner;
  }

  /** Whether this process continues from an image. */
  boolean isRestored() {
    return isRestored;
  }

  /** Whether the last restore had arguments of its own. */
  boolean hasNewArguments() {
    return hasNewArguments;
  }

  void setRestored(RestoreRequest request) {
    isRestored = true;
    Console.setLog(null); // it was for the image's making
    origin = origin.restored(request);
    hasNewArguments = !request.keepsArguments();
  }

  /** At the end of the JVM. */
  void cleanUp() {
    unfinished.delete();
    perfDataCleaner.clean();
  }
}
