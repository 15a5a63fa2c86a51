package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Looks at the capabilities of all processes of the ordinary user, again and again, until it is
 * closed.
 */
public final class CapabilityWatch implements AutoCloseable {
  /**
   * The name of a lock. Classes that use this class take it, and so do classes whose processes have
   * capabilities.
   */
  public static final String RESOURCE = "capabilities of the ordinary user's processes";

  private static final String NONE = "0000000000000000";
  private static final String CHECKPOINT_RESTORE = "0000010000000000";
  // With this program, root becomes the user.
  private static final String SETPRIV = "/usr/bin/setpriv";

  private final String except;
  private final String uid;
  private final Set<String> strangers = new ConcurrentSkipListSet<>();
  private final Set<String> programs = new ConcurrentSkipListSet<>();
  private final Thread thread = new Thread(this::look, "capability watch");
  private volatile boolean isClosed;

  /**
   * @param except a process that may keep its capabilities
   */
  public CapabilityWatch(long except) throws IOException, InterruptedException {
    this.except = Long.toString(except);
    uid = User.ORDINARY.number("-u");
    thread.start();
  }

  /**
   * Returns the processes that held a capability which no process may have, or which only another
   * process may have.
   */
  public Set<String> strangers() {
    return strangers;
  }

  /** Returns the programs that held any capability. */
  Set<String> programs() {
    return programs;
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
  }

  private void look() {
    while (!isClosed) {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
        for (Path process : processes) {
          lookAt(process);
        }
      } catch (IOException e) {
        strangers.add(e.toString());
      }
    }
  }

  private void lookAt(Path process) {
    try {
      String program = Files.readSymbolicLink(process.resolve("exe")).toString();
      List<String> status = Files.readAllLines(process.resolve("status"));
      boolean isOwn = fields(status, "Uid:").contains(uid) && !process.endsWith(except);
      if (isOwn && program.equals(Files.readSymbolicLink(process.resolve("exe")).toString())) {
        judge(program, status);
      }
    } catch (IOException e) {
      return; // The process has ended.
    }
  }

  private void judge(String program, List<String> status) throws IOException {
    String permitted = fields(status, "CapPrm:").get(0);
    String effective = fields(status, "CapEff:").get(0);
    boolean isNone = permitted.equals(NONE) && effective.equals(NONE);
    if (program.equals(SETPRIV) || isNone && isOneUser(status)) {
      return;
    }
    programs.add(program);
    // CRIU starts a shell that asks for iptables.
    boolean isEngine = program.equals(Engine.PROGRAM) || isSystems(program);
    boolean isHelper = program.equals(Workbench.helper().toString());
    boolean isRight =
        (isEngine || isHelper)
            && permitted.equals(CHECKPOINT_RESTORE)
            && (effective.equals(NONE) || isEngine && effective.equals(CHECKPOINT_RESTORE));
    if (!isRight || !isOneUser(status)) {
      strangers.add(program + " " + permitted + " " + effective + " " + fields(status, "Uid:"));
    }
  }

  private static boolean isSystems(String program) throws IOException {
    Path file = Path.of(program);
    return List.of(Path.of("/usr/bin"), Path.of("/usr/sbin")).contains(file.getParent())
        && Files.getOwner(file).getName().equals("root");
  }

  private static boolean isOneUser(List<String> status) {
    return fields(status, "Uid:").stream().distinct().count() == 1;
  }

  private static List<String> fields(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> List.of(line.substring(name.length()).strip().split("\\s+")))
        .findFirst()
        .orElseThrow();
  }
}
