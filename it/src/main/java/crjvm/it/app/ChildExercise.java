package crjvm.it.app;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Child processes: their streams, exit status and parent, and a child that is killed. */
final class ChildExercise implements Exercise {
  @Override
  public String run() throws Exception {
    Process child =
        new ProcessBuilder("sh", "-c", "read x; echo \"got $x from $PPID\"; exit 5").start();
    long parent = child.toHandle().parent().map(ProcessHandle::pid).orElse(-1L);
    child.getOutputStream().write("text\n".getBytes(StandardCharsets.UTF_8));
    child.getOutputStream().close();
    String answer = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Exercise.check(child.waitFor(60, TimeUnit.SECONDS), "the child does not end");
    Exercise.check(child.exitValue() == 5, "status %d", child.exitValue());
    long self = ProcessHandle.current().pid();
    Exercise.check(
        answer.strip().equals("got text from " + self), "process %d: %s", self, answer.strip());
    Exercise.check(parent == self, "the child's parent is %d, not %d", parent, self);

    Process sleeper = new ProcessBuilder("sleep", "3600").start();
    Exercise.check(
        ProcessHandle.current().children().anyMatch(c -> c.pid() == sleeper.pid()),
        "a child is missing among the children");
    sleeper.destroyForcibly();
    Exercise.check(
        sleeper.onExit().get(60, TimeUnit.SECONDS).exitValue() == 137, "the killed child's status");
    return answer.strip();
  }
}
