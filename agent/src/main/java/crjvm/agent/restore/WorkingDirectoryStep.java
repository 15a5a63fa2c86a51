package crjvm.agent.restore;

import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.os.jdk.WorkingDirectory;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.NativeEncoding;
import java.util.function.Supplier;

/**
 * The step that sets Java's working directory. The process has the launcher's working directory
 * already.
 */
final class WorkingDirectoryStep implements RestoreStep {
  private final WorkingDirectory directory = new WorkingDirectory();
  private final boolean isExplicit = directory.isExplicit();

  private final DirectoryFiles files;

  WorkingDirectoryStep(DirectoryFiles files) throws ReflectiveOperationException {
    this.files = files;
  }

  @Override
  public String name() {
    return "working directory";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws IllegalAccessException {
    byte[] actual = Kernel.workingDirectory();
    byte[] wanted = isExplicit ? directory.path() : actual;
    for (String property : message.properties()) {
      if (property.startsWith("user.dir=")) {
        wanted = property.substring("user.dir=".length()).getBytes(NativeEncoding.CHARSET);
      }
    }
    if (wanted == null) {
      return NOTHING; // it was deleted, or is outside of this root
    }
    String before = directory.text();
    directory.set(wanted, actual);
    String after = new String(wanted, NativeEncoding.CHARSET);
    files.follow(after);
    return after.equals(before) ? NOTHING : change(before, after);
  }

  private static Supplier<String> change(String before, String after) {
    return () -> before + " -> " + after;
  }

  @Override
  public void rehearse() {
    change("", ""); // A copy seldom starts in the folder of the checkpoint.
  }
}
