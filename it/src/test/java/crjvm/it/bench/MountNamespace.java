package crjvm.it.bench;

/** Mount namespaces of single commands, in which root has changed the machine's files. */
public final class MountNamespace {
  /** A script: no helper is installed. */
  public static final String NO_HELPERS = "mount -t tmpfs -o mode=0755 crjvm-it /usr/local/libexec";

  private MountNamespace() {}

  /** Runs a script as root before the command. */
  public static Command of(Command command, String script) {
    Requirement.need(User.isRoot(), "only root can make a mount namespace");
    return command.wrappedIn(
        "unshare", "--mount", "sh", "-c", "set -e; " + script + "; exec \"$@\"", "sh");
  }

  /** A script: other helpers than the machine's, where setup puts them. */
  public static String setup(Workbench bench, String mountOptions, String setupOptions) {
    return "mount -t tmpfs -o mode=0755,%s crjvm-it /usr/local/libexec; %s %s >&2"
        .formatted(mountOptions, bench.product().resolve("setup"), setupOptions);
  }
}
