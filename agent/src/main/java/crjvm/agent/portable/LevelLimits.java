package crjvm.agent.portable;

import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;

/** The limits of a level: how a process is kept within it on one kind of processor. */
interface LevelLimits {
  /** Returns a description of what the process has used beyond the level at its start, or null. */
  String startedWithMore();

  /** Returns what a process that was started again with too much needs. */
  String remedy();

  /** Returns the flags that keep HotSpot within the level. */
  List<VmFlag> flags();

  /**
   * Makes a restart keep its process within the level.
   *
   * @return what it does for that, for a debug message
   */
  String prepare(Restart restart) throws Failure;

  /** Keeps HotSpot within the level from now on. */
  void restrict(Instrumentation instrumentation) throws Failure;

  /** Returns a description of what HotSpot may use beyond the level by now, or null. */
  String beyond();

  /** Returns the refusal for a libjvm that does not tell what has to be known. */
  static Failure unreadable(Path libjvm, Exception e) {
    return new Failure(
        CompiledCode.WHAT,
        "\""
            + libjvm
            + "\" does not show which features of the CPU it uses ("
            + e.getMessage()
            + ")",
        "use a JDK whose libjvm.so has its symbols, or leave out portable=",
        e);
  }
}
