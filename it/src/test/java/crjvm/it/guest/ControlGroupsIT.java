package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An image that was made under one version of control groups is restored under the other: with more
 * memory than it needs, with less than its heap, and with too little. Each virtual machine has one
 * version.
 */
@Tag("guest")
@BesideOthers
class ControlGroupsIT {
  /**
   * The groups with their limits. The heap of 96 MiB fits into the first, not into the second, and
   * not even the memory that is copied fits into the third.
   */
  private static final String GROUPS = "enough:512 small:80 tiny:4";

  private static final String VERSION_2 =
      """
      set -e
      mount -t cgroup2 none /sys/fs/cgroup
      echo '+memory' >/sys/fs/cgroup/cgroup.subtree_control
      for group in %s; do
          mkdir "/sys/fs/cgroup/${group%%:*}"
          echo "${group#*:}M" >"/sys/fs/cgroup/${group%%:*}/memory.max"
      done
      """
          .formatted(GROUPS);

  private static final String VERSION_1 =
      """
      set -e
      mount -t tmpfs none /sys/fs/cgroup
      for controller in memory cpu cpuacct cpuset; do
          mkdir /sys/fs/cgroup/$controller
          mount -t cgroup -o $controller none /sys/fs/cgroup/$controller
      done
      for group in %s; do
          mkdir "/sys/fs/cgroup/memory/${group%%:*}"
          echo "${group#*:}M" >"/sys/fs/cgroup/memory/${group%%:*}/memory.limit_in_bytes"
      done
      """
          .formatted(GROUPS);

  /** The emulated CPU needs minutes for a dump when this machine is busy. */
  private static final Duration DUMP_LIMIT = Duration.ofSeconds(320);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static TestJvm jvm(Jdk jdk) throws Exception {
    return new TestJvm(BENCH, jdk).vm("-XX:TieredStopAtLevel=1", "-XX:+UseG1GC");
  }

  private static String options(TestJvm jvm) {
    return "at=http:"
        + jvm.url()
        + ",warmup="
        + jvm.url()
        + "count*3;"
        + jvm.url()
        + "resources,quiet=off";
  }

  /** The version under which an image is made. It is restored under the other one. */
  private enum Version {
    /** Images of this machine, for each JDK. */
    ONE {
      @Override
      void check() throws Exception {
        Requirement.need(
            ControlGroup.isOld("memory"), "the memory controller here is not one of cgroup v1");
        List<TestJvm> jvms = new ArrayList<>();
        for (Jdk jdk : Jdk.all()) {
          TestJvm jvm = jvm(jdk.require());
          jvm.checkpoint("portable=v3," + options(jvm)); // The emulated CPU does not have AVX-512.
          jvms.add(jvm);
        }
        try (VirtualMachine guest = boot("version-2", jvms, VERSION_2)) {
          for (TestJvm jvm : jvms) {
            ControlGroupsIT.check(guest, jvm, "/sys/fs/cgroup", "memory.max");
          }
        }
      }
    },

    /** An image of a virtual machine. */
    TWO {
      @Override
      void check() throws Exception {
        TestJvm jvm = jvm(Jdk.any());
        try (VirtualMachine guest = boot("version-2", List.of(jvm), VERSION_2)) {
          makeImage(guest, jvm);
          guest.bringBack(jvm.folder());
        }
        try (VirtualMachine guest = boot("version-1", List.of(jvm), VERSION_1)) {
          String root = "/sys/fs/cgroup/memory";
          ControlGroupsIT.check(guest, jvm, root, "memory.limit_in_bytes");
        }
      }
    };

    abstract void check() throws Exception;
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void imageOfOneVersionRunsUnderTheOther(Version version) throws Exception {
    version.check();
  }

  private static VirtualMachine boot(String name, List<TestJvm> jvms, String script)
      throws Exception {
    List<Path> files = new ArrayList<>(List.of(BENCH.product(), BENCH.application()));
    jvms.forEach(jvm -> files.add(jvm.folder()));
    VirtualMachine guest =
        VirtualMachine.with(Kernel.BOOKWORM)
            .cpu("Haswell-noTSX")
            .files(files.toArray(Path[]::new))
            .boot(name, BENCH);
    guest.run(User.ROOT, script).expectSuccess();
    return guest;
  }

  /** Makes an image. Ends when the image is there, or when the time for it is over. */
  private static void makeImage(VirtualMachine guest, TestJvm jvm) throws Exception {
    String command = quoted(jvm.words("image=" + jvm.image() + "," + options(jvm)));
    String script = "cd " + jvm.folder() + "; exec timeout -k 10 900 " + command;
    guest.run(User.ORDINARY, DUMP_LIMIT, script).expectSuccess();
  }

  private static void check(VirtualMachine guest, TestJvm jvm, String root, String file)
      throws Exception {
    List<String> lines = restore(guest, jvm, root + "/enough");
    assertServes(lines);
    assertThat(messages(lines)).isEmpty();

    lines = restore(guest, jvm, root + "/small");
    assertServes(lines);
    assertThat(messages(lines))
        .containsExactly(
            "crjvm: the Java heap may grow to 96 MiB, and the memory limit here is 80 MiB ("
                + (root + "/small/" + file)
                + "); make the image with a smaller -Xmx");

    lines = restore(guest, jvm, root + "/tiny");
    assertThat(lines).endsWith("124").hasSize(2);
    assertThat(lines.get(0))
        .contains("the memory limit is 4 MiB (" + root + "/tiny/" + file + "), the image needs ");
  }

  private static void assertServes(List<String> lines) {
    assertThat(lines).startsWith("4").endsWith("test application: stopped", "143");
    // The numbers are the machine's, whatever the files of the other version would have said.
    assertThat(number(lines, "processors")).isEqualTo(2);
    assertThat(number(lines, "heap")).isBetween(64L << 20, 96L << 20);
    assertThat(number(lines, "memory")).isBetween(512L << 20, 1L << 30);
    assertThat(number(lines, "free")).isBetween(1L << 20, 1L << 30);
  }

  private static List<String> messages(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("crjvm: ")).toList();
  }

  private static long number(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "="))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static String quoted(List<String> words) {
    StringBuilder line = new StringBuilder();
    words.forEach(word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
    return line.toString();
  }

  /** Restores in a group as the ordinary user. Returns the answers, the output and the status. */
  private static List<String> restore(VirtualMachine guest, TestJvm jvm, String group)
      throws Exception {
    String script =
        """
        set -eu
        ask() { timeout 600 curl -sS -f "${url}$1" 2>>curl.log; }
        cd "$(mktemp -d)"
        sh -c 'echo $$ >${group}/cgroup.procs; exec "$@"' sh \
            setpriv --reuid ${uid} --regid ${gid} --clear-groups --inh-caps=-all \
            ${launcher} run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        status=0
        until ask '' >/dev/null; do
            kill -0 $pid 2>/dev/null || { wait $pid || status=$?; cat output; echo $status; exit; }
            sleep 0.1
        done
        ask count; echo
        ask resources; echo
        kill $pid
        wait $pid || status=$?
        cat output
        echo $status
        """
            .replace("${url}", jvm.url())
            .replace("${group}", group)
            .replace("${uid}", User.ORDINARY.number("-u"))
            .replace("${gid}", User.ORDINARY.number("-g"))
            .replace("${launcher}", BENCH.launcher().toString())
            .replace("${image}", jvm.image().toString());
    return guest.run(User.ROOT, script).expectSuccess().lines().toList();
  }
}
