package crjvm.agent.checkpoint;

import crjvm.agent.checkpoint.aside.PerfDataCleaner;
import crjvm.agent.checkpoint.folder.Unfinished;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.restore.RestoreMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The state that this process keeps from one checkpoint to the next, and across its restores. */
final class ProcessState {
  private final Path jar;
  private final Unfinished unfinished = new Unfinished();
  private final PerfDataCleaner perfDataCleaner = new PerfDataCleaner();
  private volatile boolean hasNewArguments;
  private volatile boolean isRestored;
  private volatile Origin origin;

  /**
   * @param jar the absolute path of crjvm's jar
   */
  ProcessState(Path jar) {
    this.jar = jar;
  }

  /** Returns the files that the JVM and the agent need, whatever a policy says. */
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
          "crjvm can't find out how the JVM was started (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  /**
   * Returns the origin, and finds it out if necessary. The first call must be before the first
   * dump.
   */
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

  /** Returns whether this process was restored from an image. */
  boolean isRestored() {
    return isRestored;
  }

  /** Returns whether the last restore had its own arguments. */
  boolean hasNewArguments() {
    return hasNewArguments;
  }

  void setRestored(RestoreMessage message) {
    isRestored = true;
    Console.setLog(null); // The log was for the checkpoint.
    origin = origin.restored(message);
    hasNewArguments = !message.keepsArguments();
  }

  /**
   * Gives up an image that is being made and removes the files that would be left behind, because
   * the JVM ends.
   *
   * @return whether an image was being made, which has been reported
   */
  boolean end() {
    boolean isMaking = unfinished.end();
    if (isMaking) {
      Console.report(Unfinished.ending(null));
    }
    perfDataCleaner.clean();
    return isMaking;
  }

  /** Removes the files that would be left behind. */
  void cleanUp() {
    unfinished.delete();
    perfDataCleaner.clean();
  }
}
