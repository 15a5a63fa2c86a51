package crjvm.cli;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import crjvm.attach.AttachFolder;
import crjvm.attach.AttachFolder.Answer;
import crjvm.door.IsolatedClassLoader;
import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A running JVM of the same user, which gets an attach message. */
final class RunningJvm {
  private static final long SIGQUIT_BIT = 1L << 2;
  private static final long POLL_MILLIS = 20;

  /**
   * The time that the original may take to end after its answer, because it flushes its streams.
   */
  private static final long END_LIMIT_MILLIS = 10_000;

  private final long pid;
  private final Path files;

  RunningJvm(long pid) {
    this.pid = pid;
    files = Path.of("/proc", Long.toString(pid));
  }

  /**
   * Checks that the process is a JVM. To attach sends SIGQUIT, which would end another program.
   *
   * @throws ImageException it is not a JVM, or this user may not ask it
   */
  void check() throws ImageException, IOException {
    if (!Files.exists(files)) {
      throw new ImageException(
          "cannot checkpoint process " + pid + ": there is no such process; jps shows the JVMs");
    }
    String owner = Files.getOwner(files).getName();
    String own = Files.getOwner(Path.of("/proc/self")).getName();
    if (!owner.equals(own)) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": it belongs to \""
              + owner
              + "\"; run crjvm as that user, not as \""
              + own
              + "\"");
    }
    if (!isJvm()) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": it is not a JVM, or a JVM that is just starting; jps shows the JVMs");
    }
    if (!catchesQuit()) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": it does not answer when a program attaches; start it without -Xrs");
    }
    if (ModuleLayer.boot().findModule("jdk.attach").isEmpty()) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": the Java in \""
              + System.getProperty("java.home")
              + "\" has no module jdk.attach; set JAVA_HOME to a JDK");
    }
  }

  private boolean isJvm() throws IOException {
    return Files.readAllLines(files.resolve("maps")).stream()
        .anyMatch(line -> line.endsWith("/libjvm.so"));
  }

  private boolean catchesQuit() throws IOException {
    return Files.readAllLines(files.resolve("status")).stream()
        .filter(line -> line.startsWith("SigCgt:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigCgt:".length()).strip(), 16))
        .anyMatch(caught -> (caught & SIGQUIT_BIT) != 0);
  }

  /**
   * Asks the JVM and returns its answer.
   *
   * @param stops whether the JVM ends afterwards, and whether this method waits for that
   */
  Answer ask(AttachFolder folder, boolean stops)
      throws ImageException, IOException, InterruptedException {
    load(folder.option());
    if (!folder.isTaken()) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": the agent in it does not find what crjvm has written for it; run crjvm where the"
              + " JVM runs, with the same \""
              + System.getProperty("java.io.tmpdir")
              + "\"");
    }
    folder.go();
    Answer answer = await(folder);
    for (long waited = 0;
        stops && answer.isGood() && isAlive() && waited < END_LIMIT_MILLIS;
        waited += POLL_MILLIS) {
      Thread.sleep(POLL_MILLIS);
    }
    return answer;
  }

  private void load(String option) throws ImageException, IOException {
    Path jar = ((IsolatedClassLoader) RunningJvm.class.getClassLoader()).jarPath();
    try {
      VirtualMachine vm = VirtualMachine.attach(Long.toString(pid));
      try {
        vm.loadAgent(jar.toAbsolutePath().toString(), option);
      } finally {
        vm.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": no program can attach to it ("
              + e.getMessage()
              + "); start it without -XX:+DisableAttachMechanism",
          e);
    } catch (AgentLoadException e) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": it does not accept the agent ("
              + e.getMessage()
              + "); start it without -XX:-EnableDynamicAgentLoading",
          e);
    } catch (AgentInitializationException e) {
      throw new ImageException(
          "cannot checkpoint process "
              + pid
              + ": the agent could not start in it ("
              + e.getMessage()
              + "); see its standard error",
          e);
    }
  }

  private Answer await(AttachFolder folder)
      throws ImageException, IOException, InterruptedException {
    while (true) {
      boolean isAlive = isAlive();
      Optional<Answer> answer = folder.answer();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (!isAlive) {
        throw new ImageException(
            "cannot checkpoint process "
                + pid
                + ": it ended before it answered; see its standard error");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  static void delete(AttachFolder folder) {
    try {
      folder.delete();
    } catch (IOException e) {
      // The folder is temporary, and no other process uses it.
    }
  }
}
