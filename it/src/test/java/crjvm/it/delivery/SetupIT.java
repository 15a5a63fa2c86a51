package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code setup} on a Debian with only its base system changes nothing but the files that it
 * installs, and can remove them again.
 */
@BesideOthers
@Tag("delivery")
class SetupIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static RunningProcess setup(String suite) throws Exception {
    return run("bare-debian", suite, BENCH.product(), Jdk.any().home());
  }

  private static RunningProcess run(String script, Object... arguments) throws Exception {
    Requirement.need(User.isRoot(), "only root can make another system");
    Command command =
        new Command(BENCH, BENCH.newFolder("work"))
            .as(User.ROOT)
            .add("unshare", "--mount", Workbench.source("src/test/sh/" + script))
            .add(arguments);
    RunningProcess process = command.start(script);
    Await.until(LIMIT, "setup to end", () -> !process.isAlive(), process::describe);
    return process;
  }

  @ParameterizedTest
  @ValueSource(strings = {"trixie", "forky"})
  void nothingOfTheSystemsIsChanged(String suite) throws Exception {
    RunningProcess process = setup(suite);
    assertThat(process.stdout())
        .as(process::describe)
        .contains("setup: installing setcap: libcap2-bin\n", "setup: status 0\n", "Version: 4.")
        .contains("can be installed: wireshark-common\ncan be installed: iw\n")
        .contains("can be installed: ceph-common\ncan be installed: qemu-system-x86\n")
        .contains("can be installed: wpasupplicant\n")
        .contains("works: iw --version\nworks: qemu-system-x86_64 --version\n")
        .contains("works: wpa_supplicant -v\n", "\nsetup --criu: all is there\n")
        .contains("another system: setup: status 1\n", "another system: setup --criu: all is there")
        .contains("removed /usr/local/libexec/crjvm\nsetup: removed /usr/local/lib/crjvm\n")
        .doesNotContain("gone: ", "left: ");
    assertThat(process.stderr())
        .contains("this is \"Other\", and setup knows Debian only; give --criu FILE, which setup");
    List<String> added =
        process.stdout().lines().filter(line -> line.startsWith("added: ")).toList();
    assertThat(added).allMatch(line -> line.startsWith("added: libcap2"));
  }

  /** apt would upgrade the libcurl that is there for the headers of the archive's. */
  @Test
  void buildingUpgradesNothing() throws Exception {
    RunningProcess process = run("older-libcurl", ROOT);
    assertThat(process.stdout())
        .as(process::describe)
        .contains("apt would upgrade: libcurl4t64\n", "setup: done\n", "works: crjvm-transfer\n")
        .contains("JVM: libcurl, libzstd and libjansson are there\nsetup: curl: ")
        .contains("unpacked: libcurl4-openssl-dev ", "unpacked: libjansson-dev ")
        .contains("needs: libcurl.so.4\n", "needs: libzstd.so.1\n", "needs: libcrypto.so.3\n")
        .contains("removed /usr/local/lib/crjvm-build\n")
        .doesNotContain("gone: ", "added: ", "needs: libjansson");
  }

  @Test
  void whatIsTooOldIsTold() throws Exception {
    RunningProcess process = setup("bookworm");
    assertThat(process.stdout())
        .as(process::describe)
        .contains("setup: status 1\n")
        .doesNotContain("gone: ", "added: ", "left: ");
    assertThat(process.stderr()).contains("Debian 13 or newer is needed");
  }
}
