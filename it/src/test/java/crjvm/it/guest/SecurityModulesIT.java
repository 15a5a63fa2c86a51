package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Yama and AppArmor in a guest with Debian's kernel, which has both. They let a dump through or
 * forbid it; restores always succeed.
 */
@Tag("guest")
@BesideOthers
class SecurityModulesIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * Returns a profile that allows processes everything, or everything except looking into each
   * other.
   */
  private static String profile(String more) {
    return "profile service flags=(attach_disconnected,mediate_deleted) {\n"
        + "  file, network, unix, signal, capability, mount, umount, pivot_root, "
        + more
        + "\n}\n";
  }

  private static final String FAILED = "checkpoint failed: ";

  private static String load(Path profiles, String name) {
    Path parser = GuestTools.tools().resolve("usr/sbin/apparmor_parser");
    Requirement.need(Files.isExecutable(parser), "there is no \"" + parser + "\"; run it/vm/setup");
    return "%s --replace --skip-cache %s\n".formatted(parser, profiles.resolve(name));
  }

  private static String setScope(int scope) {
    return "echo " + scope + " >/proc/sys/kernel/yama/ptrace_scope\n";
  }

  /** Returns a line of shell that starts a command under the profile, in the background. */
  private static String confined(List<String> command, String log) {
    return "sh -c 'echo exec service >/proc/self/attr/exec && exec \"$@\"' sh %s >%s 2>&1 &\n"
        .formatted("'" + String.join("' '", command) + "'", log);
  }

  private static String ask(TestJvm jvm, String query) {
    return "curl -sSf --retry 3600 --retry-delay 1 --retry-connrefused --max-time 3600 %s%s 2>/dev/null\n"
        .formatted(jvm.url(), query);
  }

  @Test
  void yamaAndAppArmor() throws Exception {
    Jdk jdk = Jdk.any();
    TestJvm jvm = new TestJvm(BENCH, jdk).vm("-XX:TieredStopAtLevel=1").withObjects();
    Path profiles = BENCH.newFolder("profiles");
    Files.writeString(profiles.resolve("open"), profile("ptrace,"));
    Files.writeString(profiles.resolve("closed"), profile(""));
    List<String> java = jvm.words("image=" + jvm.image() + ",quiet=off,at=api,then=continue");
    try (VirtualMachine machine =
        VirtualMachine.with(Kernel.TRIXIE)
            .files(BENCH.product().getParent(), GuestTools.tools().resolve("usr/sbin"))
            .boot("trixie", BENCH)) {
      String mount = "mount -t securityfs securityfs /sys/kernel/security\n";
      String modules =
          machine.run(User.ROOT, mount + "cat /sys/kernel/security/lsm").expectSuccess();
      assertThat(modules).contains("yama", "apparmor");
      machine.run(User.ROOT, load(profiles, "open") + setScope(1)).expectSuccess();
      String here = "cd " + jvm.folder() + "\n";
      String start = here + confined(java, "log") + "echo $! >pid\n" + ask(jvm, "");
      assertThat(machine.run(User.ORDINARY, start).expectSuccess()).isEqualTo("ok");

      String checkpoint = here + ask(jvm, "checkpoint");

      // The agent names its tracer, and the profile allows it.
      assertThat(machine.run(User.ORDINARY, checkpoint).output()).isEqualTo("ok");
      machine.run(User.ORDINARY, here + "mv image made").expectSuccess();

      machine.run(User.ROOT, setScope(2)).expectSuccess();
      assertThat(machine.run(User.ORDINARY, checkpoint).output())
          .isEqualTo(
              FAILED
                  + "Yama allows ptrace to administrators only (kernel.yama.ptrace_scope=2); sysctl -w"
                  + " kernel.yama.ptrace_scope=1");

      // The new profile also applies to processes that run under it already.
      machine.run(User.ROOT, setScope(1) + load(profiles, "closed")).expectSuccess();
      assertThat(machine.run(User.ORDINARY, checkpoint).output())
          .isEqualTo(
              FAILED
                  + "a security module forbids ptrace here (profile or context \"service (enforce)\");"
                  + " let its policy allow it (docker run --security-opt apparmor=unconfined or"
                  + " label=disable)");
      machine.run(User.ROOT, load(profiles, "open") + setScope(3)).expectSuccess();
      assertThat(machine.run(User.ORDINARY, checkpoint).output())
          .isEqualTo(
              FAILED
                  + "Yama forbids every ptrace on this machine until the next boot"
                  + " (kernel.yama.ptrace_scope=3); boot with at most 1");
      assertThat(machine.run(User.ORDINARY, here + "ls; kill $(cat pid)").output())
          .isEqualTo("log\nmade\npid\n");

      // This uses the strictest setting of both.
      machine.run(User.ROOT, load(profiles, "closed")).expectSuccess();
      List<String> run =
          List.of(BENCH.launcher().toString(), "run", "--no-fallback", "--image", "made");
      String wait = "while [ -d /proc/$(cat pid) ]; do sleep 0.1; done\n";
      String end = "; cat /proc/$!/attr/current; kill $!; wait $!; echo $?; cat log";
      String restore = here + wait + confined(run, "log") + ask(jvm, "").strip() + end;
      assertThat(machine.run(User.ORDINARY, restore).output())
          .isEqualTo("okservice (enforce)\n143\n");
    }
  }
}
