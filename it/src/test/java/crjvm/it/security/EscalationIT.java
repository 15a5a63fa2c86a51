package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The installed helper touches only processes of its caller, which the caller could stop himself. A
 * process that only waits shows in the kernel's count of waits whether anybody has stopped it.
 */
@ResourceLock(CapabilityWatch.RESOURCE)
@Tag("core")
class EscalationIT {
  private static final int REUSED = 60;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @BeforeAll
  static void needRoot() {
    Requirement.need(User.isRoot(), "only root can arrange processes of other users");
  }

  private static Command victim(String... words) throws Exception {
    return new Command(BENCH, Path.of("/")).add(BENCH.program("victim"), List.of(words));
  }

  private static HelperCall call() throws Exception {
    return new HelperCall(BENCH, BENCH.newFolder("images"));
  }

  private static void assertRefused(Victim victim, String reason) throws Exception {
    long waits = victim.waits();
    call().dump(victim).assertRefused("cannot dump process " + victim.pid() + ": " + reason);
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  /** Checks the good case, without which the tests below would prove nothing. */
  @Test
  @Tag("smoke")
  void ownProcessIsDumpedAndRunsOn() throws Exception {
    Victim victim = Victim.start(victim());
    long waits = victim.waits();
    call().dump(victim).assertReported("D ok");
    victim.assertRuns();
    assertThat(victim.waits()).isGreaterThan(waits);
  }

  private static String notOwn() throws Exception {
    return "it does not run as user %s, group %s alone, as the caller does; only one's own JVM can be dumped"
        .formatted(User.ORDINARY.number("-u"), User.ORDINARY.number("-g"));
  }

  @Test
  @Tag("smoke")
  void processOfAnotherUser() throws Exception {
    assertRefused(Victim.start(victim().as(User.OTHER)), notOwn());
  }

  @Test
  void processOfRoot() throws Exception {
    assertRefused(Victim.start(victim().as(User.ROOT)), notOwn());
  }

  /**
   * Uses a process whose effective user is another one, as after the start of a set-user-id
   * program.
   */
  @Test
  void processThatIsOnlyInPartTheUsers() throws Exception {
    String uid = User.ORDINARY.number("-u");
    for (String option : new String[] {"--ruid=" + uid, "--euid=" + uid}) {
      Command command = victim();
      command = new Command(BENCH, Path.of("/")).add("setpriv", option, "--", command.words());
      Victim victim = Victim.start(command.as(User.ROOT));
      assertRefused(victim, notOwn());
      victim.process().kill();
    }
  }

  @Test
  void processOfAnotherGroup() throws Exception {
    Command command =
        new Command(BENCH, Path.of("/"))
            .add("setpriv", "--reuid", User.ORDINARY.number("-u"), "--regid", "nogroup")
            .add("--clear-groups", "--inh-caps=-all", "--", victim().words());
    assertRefused(Victim.start(command.as(User.ROOT)), notOwn());
  }

  @Test
  void moreCapableProcess() throws Exception {
    Command command =
        new Command(BENCH, Path.of("/"))
            .add("setpriv", "--reuid", User.ORDINARY.number("-u"))
            .add("--regid", User.ORDINARY.number("-g"), "--clear-groups")
            .add("--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service", "--")
            .add(victim().words());
    assertRefused(
        Victim.start(command.as(User.ROOT)),
        "it holds capabilities (0x400) that the helper does not have, and the kernel lets no process"
            + " trace one with more capabilities; start the JVM without them");
  }

  @Test
  void undumpableProcess() throws Exception {
    assertRefused(
        Victim.start(victim("undumpable")),
        "the kernel treats it as not dumpable; it was started from a file that its user can't read"
            + " or that has capabilities, or it called prctl(PR_SET_DUMPABLE)");
  }

  /**
   * Uses namespaces in which the process would be root, and could show criu files that it made
   * itself.
   */
  @Test
  void processInNamespacesOfItsOwn() throws Exception {
    Command command =
        new Command(BENCH, Path.of("/"))
            .add("unshare", "--user", "--mount", "--map-current-user", victim().words());
    Victim victim = Victim.start(command);
    long waits = victim.waits();
    HelperCall.Outcome outcome = call().dump(victim);
    assertThat(outcome.status()).isEqualTo(1);
    outcome.assertOneLine();
    assertThat(outcome.process().stderr()).contains("process " + victim.pid());
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  @Test
  void processThatIsTracedAlready() throws Exception {
    Victim victim = Victim.start(victim("traced"));
    long waits = victim.waits();
    HelperCall.Outcome outcome = call().dump(victim);
    outcome.assertRefused(
        "cannot dump process %d: process %s traces it already; end the debugger or strace"
            .formatted(victim.pid(), victim.process().status("TracerPid")));
    assertThat(victim.waits()).isEqualTo(waits);
  }

  @Test
  void processThatIsNone() throws Exception {
    Victim victim = Victim.start(victim());
    victim.process().kill();
    victim.process().awaitExit();
    call().dump(victim).assertRefused("cannot inspect process " + victim.pid() + ": there is none");
  }

  /** Gives the id to a process of somebody else at every moment of the dump. */
  @Test
  void idThatBecomesAnothers() throws Exception {
    int seed = Integer.getInteger("crjvm.it.seed", new Random().nextInt(1_000_000));
    System.out.println("seed of the reused ids: " + seed);
    Path folder = BENCH.newFolder("reused");
    RunningProcess reuse =
        new Command(BENCH, Path.of("/"))
            .add(BENCH.program("reuse"), REUSED, seed)
            .add(User.ORDINARY.number("-u"), User.ORDINARY.number("-g"))
            .add(Workbench.helper(), folder)
            .as(User.ROOT)
            .run("reuse");
    assertThat(reuse.awaitExit()).as(reuse::describe).isZero();
    assertThat(reuse.stdout())
        .as(reuse::describe)
        .matches("[1-9][0-9]* of " + REUSED + " ids used again, 0 disturbed\n");
    assertThat(folder.toFile().list()).hasSize(REUSED);
  }
}
