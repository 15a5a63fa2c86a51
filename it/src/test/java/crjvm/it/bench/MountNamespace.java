package crjvm.it.bench;

import java.nio.file.Path;

/** Namespaces of single commands, in which root has changed the machine's files. */
public final class MountNamespace {
  /** A script that hides all helpers. */
  public static final String NO_HELPERS = "mount -t tmpfs -o mode=0755 crjvm-it /usr/local/libexec";

  private MountNamespace() {}

  /** Returns the command, before which root runs a script. */
  public static Command of(Command command, String script) {
    Requirement.need(User.isRoot(), "only root can make a mount namespace");
    return command.wrappedIn(
        "unshare", "--mount", "sh", "-c", "set -e; " + script + "; exec \"$@\"", "sh");
  }

  /** Returns a script that hides the libcurl of a program, which then can't be loaded. */
  public static String withoutLibcurl(Path program) {
    return "mount --bind /dev/null \"$(ldd '%s' | sed -n 's/.*libcurl.* => \\([^ ]*\\) .*/\\1/p')\""
        .formatted(program);
  }

  /** Returns a script that has setup install other helpers in the place of the machine's. */
  public static String setup(Workbench bench, String mountOptions, String setupOptions) {
    return "mount -t tmpfs -o mode=0755,%s crjvm-it /usr/local/libexec; %s %s >&2"
        .formatted(mountOptions, bench.product().resolve("setup"), setupOptions);
  }
}
