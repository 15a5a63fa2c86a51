package crjvm.agent.checkpoint.obstacle;

import com.sun.management.HotSpotDiagnosticMXBean;
import crjvm.agent.checkpoint.aside.StandardStreams;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Conditions under which this JVM can't be dumped. They are checked before the application is
 * disturbed. The helper checks further ones.
 */
public final class Obstacles {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT = 4;

  private Obstacles() {}

  public static void check() throws Failure {
    look();
    leaveForeignSession();
  }

  /** Checks the conditions without a change to the process. */
  public static void look() throws Failure {
    lookAtJvm();
    StandardStreams.check();
  }

  /** Checks the conditions that stay as they are as long as the JVM runs. */
  static void lookAtJvm() throws Failure {
    if (ProcessHandle.current().pid() == 1) {
      throw new Failure(
          Messages.FAILED,
          "the JVM is process 1 of its container, which CRIU can't dump from inside",
          "start it through an init process (docker run --init)");
    }
    if (!Kernel.isDumpable()) {
      throw new Failure(
          Messages.FAILED,
          "the kernel protects this process (its executable is set-user-id or has capabilities)",
          "start the application with an ordinary java");
    }
    if (isRootNoMount()) {
      throw new Failure(
          Messages.FAILED,
          "the root folder of this process (chroot) is not a mount, and CRIU can't dump that",
          "mount the folder on itself before chroot (mount --bind DIR DIR)");
    }
    if (usesLargePages()) {
      throw new Failure(
          Messages.FAILED,
          "the JVM uses large pages, which an image can't hold",
          "start it without -XX:+UseLargePages (-XX:+UseTransparentHugePages is fine)");
    }
    lookForDebugger();
  }

  /**
   * Returns whether the root folder is not a mount. The kernel shows only the mounts below this
   * process's root folder.
   */
  private static boolean isRootNoMount() {
    try {
      return ProcessFiles.lines(MOUNTS).stream().noneMatch(Obstacles::isRoot);
    } catch (IOException e) {
      return false; // CRIU finds out.
    }
  }

  private static boolean isRoot(String mount) {
    String[] fields = mount.split(" ");
    return fields.length > MOUNT_POINT && fields[MOUNT_POINT].equals("/");
  }

  private static void lookForDebugger() throws Failure {
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("-agentlib:jdwp") || option.startsWith("-Xrunjdwp")) {
        throw new Failure(
            Messages.FAILED,
            "a debugger may stop the JVM's threads at any time (\"" + option + "\")",
            "start the application without it");
      }
    }
  }

  /**
   * Begins a new session if necessary. A process that was started by docker exec, nsenter or
   * unshare belongs to a session of another PID namespace, which CRIU can't name.
   */
  private static void leaveForeignSession() throws Failure {
    if (Kernel.isSessionForeign() && !Kernel.beginSession()) {
      throw new Failure(
          Messages.FAILED,
          "the JVM's session was begun outside of its PID namespace, and as the leader of a process"
              + " group it can't begin another",
          "start it through setsid (setsid --wait java ...)");
    }
  }

  private static boolean usesLargePages() {
    var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return isSet(diagnostics, "UseLargePages") && !isSet(diagnostics, "UseTransparentHugePages");
  }

  private static boolean isSet(HotSpotDiagnosticMXBean diagnostics, String flag) {
    try {
      return "true".equals(diagnostics.getVMOption(flag).getValue());
    } catch (IllegalArgumentException e) {
      return false; // This JVM does not have the flag.
    }
  }
}
