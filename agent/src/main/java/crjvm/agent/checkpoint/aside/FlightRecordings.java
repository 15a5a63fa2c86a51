package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import crjvm.agent.message.Messages;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * The flight recordings of this process. They end before the dump and begin again after it, in the
 * original and in every restored process. Their data is in files of a folder, the repository. All
 * copies would write to one file, and the first copy to end would delete the folder.
 */
public final class FlightRecordings {
  private static final String STREAM = "Recording Stream: "; // RecordingStream uses such names.

  private final List<EndedRecording> ended = new ArrayList<>();

  /**
   * Ends all running recordings. It does nothing if no flight recorder is in use.
   *
   * @throws Failure a recording can't begin again, or its data would be lost
   */
  public void end() throws Failure {
    if (!isInUse()) {
      return;
    }
    try {
      Repository repository = new Repository();
      List<Recording> all = FlightRecorder.getFlightRecorder().getRecordings();
      for (Recording recording : all) {
        check(recording);
      }
      for (Recording recording : all) {
        if (recording.getState() == RecordingState.RUNNING) {
          ended.add(EndedRecording.end(recording));
        }
      }
      repository.leave();
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new Failure(
          Messages.FAILED,
          "the flight recordings can't be ended (" + JdkLack.piece(e) + ")",
          "end them before the checkpoint (jcmd PID JFR.stop)",
          e);
    }
  }

  private static boolean isInUse() {
    boolean isThere = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
    return isThere && FlightRecorder.isInitialized();
  }

  /**
   * Prints the recordings that would end and lose their data.
   *
   * @param obstacles receives the failures of recordings that can't begin again
   */
  public void list(Consumer<Failure> obstacles) {
    if (!isInUse()) {
      return;
    }
    for (Recording recording : FlightRecorder.getFlightRecorder().getRecordings()) {
      try {
        check(recording);
        if (recording.getState() == RecordingState.RUNNING) {
          Console.say(
              "the flight recording \""
                  + recording.getName()
                  + "\" starts again, empty; jcmd PID JFR.dump keeps what it has");
        }
      } catch (Failure failure) {
        obstacles.accept(failure);
      }
    }
  }

  private static void check(Recording recording) throws Failure {
    if (recording.getState() == RecordingState.STOPPED) {
      throw new Failure(
          Messages.FAILED,
          "the flight recording \"" + recording.getName() + "\" is stopped, but not closed",
          "close it before the checkpoint");
    }
    if (recording.getState() == RecordingState.RUNNING && recording.getName().startsWith(STREAM)) {
      throw new Failure(
          Messages.FAILED,
          "a stream of flight recorder events is open (\"" + recording.getName() + "\")",
          "close it before the checkpoint and open it again afterwards, in org.crac callbacks");
    }
  }

  /** Begins the recordings again. A second call does nothing. */
  public void beginAgain() {
    for (EndedRecording each : ended) {
      try {
        each.beginAgain();
      } catch (RuntimeException e) {
        Console.say(
            "the flight recording \""
                + each.name()
                + "\" could not start again: "
                + e.getMessage()
                + "; start another one with jcmd PID JFR.start");
        Console.trace(e);
      }
    }
    ended.clear();
  }

  /** The JDK's class of the same name. */
  private static final class Repository {
    private final Object jdk;
    private final Method clear;
    private final Field folders;

    Repository() throws ReflectiveOperationException {
      Class<?> type = JdkInside.type("jdk.jfr.internal.Repository");
      jdk = JdkInside.method(type, "getRepository").invoke(null);
      clear = JdkInside.method(type, "clear");
      folders = JdkInside.field(type, "cleanupDirectories");
    }

    /** Deletes the folder, which makes the next recording choose another one. */
    void leave() throws ReflectiveOperationException {
      synchronized (jdk) {
        clear.invoke(jdk);
        ((Set<?>) folders.get(jdk)).clear();
      }
    }
  }
}
