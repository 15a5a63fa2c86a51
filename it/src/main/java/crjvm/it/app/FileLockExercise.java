package crjvm.it.app;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file lock that the kernel must know after the restore, under the new process id. */
final class FileLockExercise implements Exercise {
  private final Path path = Path.of("locked").toAbsolutePath();
  private FileChannel channel;
  private FileLock lock;

  @Override
  public void prepare() throws Exception {
    channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    lock = channel.lock(10, 100, false);
  }

  @Override
  public String run() throws Exception {
    Exercise.check(lock.isValid(), "the lock is not valid any more");
    String held = held();
    Exercise.check(held.contains(" WRITE "), "the kernel does not hold the lock: %s", held);
    Exercise.check(held.endsWith(" 10 109"), "the lock has another range: %s", held);
    lock.release();
    Exercise.check(held().isEmpty(), "the released lock is still held: %s", held());
    lock = channel.lock(10, 100, false);
    Exercise.check(!held().isEmpty(), "the lock can't be taken again");
    return held;
  }

  /** Returns the line of /proc/locks about the file and this process, or an empty text. */
  private String held() throws Exception {
    String inode = ":" + Files.getAttribute(path, "unix:ino") + " ";
    String pid = " " + ProcessHandle.current().pid() + " ";
    List<String> lines = Files.readAllLines(Path.of("/proc/locks"));
    return lines.stream()
        .filter(line -> line.contains(inode) && line.contains(pid))
        .findFirst()
        .orElse("");
  }
}
