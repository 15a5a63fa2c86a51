package crjvm.it.app;

import crjvm.CheckpointListener;
import crjvm.Crjvm;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;

/**
 * Uses only crjvm's own interface. It makes a checkpoint, and its afterRestore callback starts a
 * flight recording of what comes next.
 */
public final class RecordingApplication {
  private RecordingApplication() {}

  public static void main(String[] args) throws Exception {
    Recording recording = new Recording();
    Crjvm.register(
        new CheckpointListener() {
          @Override
          public void afterRestore(List<String> arguments) {
            recording.start();
          }
        });
    Crjvm.checkpoint();
    recording.stop();
    recording.dump(Path.of(ProcessHandle.current().pid() + ".jfr").toAbsolutePath());
    System.out.println("recorded");
    Thread.currentThread().join(); // The test ends the process.
  }
}
