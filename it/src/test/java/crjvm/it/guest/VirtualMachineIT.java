package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The other machines of the tests have the kernels and CPUs that the tests expect. */
@Tag("guest")
@BesideOthers
class VirtualMachineIT {
  @RegisterExtension static final Workbench bench = new Workbench();

  @Test
  void guestHasAnotherKernelAndCpuAndTheSameFiles() throws Exception {
    Path given = bench.newFolder("given");
    Path file = Files.writeString(given.resolve("file"), "hello");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    try (VirtualMachine machine =
        VirtualMachine.with(Kernel.BOOKWORM)
            .cpu("Nehalem")
            .files(given, bench.product())
            .boot("nehalem", bench)) {
      assertThat(machine.run(User.ORDINARY, "uname -r").expectSuccess().strip())
          .isEqualTo(Kernel.BOOKWORM.release());
      assertThat(machine.run(User.ORDINARY, "cat /proc/cpuinfo").expectSuccess())
          .contains("sse4_2")
          .doesNotContain("avx");
      String script = "set -e; cd " + given + "; cat file; id -u; getcap " + Workbench.helper();
      assertThat(machine.run(User.ORDINARY, script).expectSuccess().lines())
          .containsExactly(
              "hello" + User.ORDINARY.number("-u"),
              Workbench.helper() + " cap_checkpoint_restore=p");
      assertThat(machine.run(User.ORDINARY, "echo back >" + given + "/file; exit 7").status())
          .isEqualTo(7);
      assertThat(file).hasContent("hello");
      machine.bringBack(given);
    }
    assertThat(file).hasContent("back\n");
  }
}
