package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.Digest;
import crjvm.image.arch.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  private static final String X86_64 = "x86_64";
  private static final String AARCH64 = "aarch64";

  private final Machine machine =
      new Machine(Architecture.X86_64, Set.of("sse4_2", "popcnt", "avx", "avx2"));

  @TempDir private Path folder;
  private Path library;
  private String digest;

  @BeforeEach
  void installJdk() throws Exception {
    library = Files.writeString(folder.resolve("libjvm.so"), "a JDK");
    digest = Digest.sha256(library);
  }

  private Variant variant(String... features) {
    return new Variant(X86_64, List.of(features), library.toString(), digest, "17.0.1");
  }

  @Test
  void takesTheOneThatUsesMostOfTheCpu() throws Exception {
    Variant less = variant("sse4_2", "popcnt");
    Variant more = variant("sse4_2", "popcnt", "avx");
    assertThat(machine.choose(List.of(less, more))).isEqualTo(1);
    assertThat(machine.choose(List.of(more, less))).isZero();
  }

  @Test
  void takesTheOneThatFits() throws Exception {
    Variant less = variant("sse4_2");
    Variant tooMuch = variant("sse4_2", "popcnt", "avx512f");
    assertThat(machine.choose(List.of(less, tooMuch))).isZero();
    assertThat(machine.choose(List.of(tooMuch, less))).isEqualTo(1);
  }

  @Test
  void takesTheNewerOfEquals() throws Exception {
    assertThat(machine.choose(List.of(variant("avx"), variant("avx2"), variant("popcnt"))))
        .isEqualTo(2);
  }

  @Test
  void theJdkHasToBeHereWithTheSameContent() throws Exception {
    Path other = Files.writeString(Files.createDirectory(folder.resolve("x")).resolve("j"), "b");
    Variant elsewhere =
        new Variant(X86_64, List.of(), folder + "/missing/libjvm.so", digest, "25.0.1");
    Variant changed = new Variant(X86_64, List.of(), other.toString(), digest, "25.0.2");
    Variant relative = new Variant(X86_64, List.of(), "libjvm.so", digest, "25.0.3");
    Variant here = new Variant(X86_64, List.of(), other.toString(), Digest.sha256(other), "25.0.4");
    assertThat(machine.choose(List.of(elsewhere, changed, relative))).isEqualTo(-1);
    assertThat(machine.choose(List.of(here, elsewhere, changed, relative))).isZero();
    assertThat(machine.misfit(elsewhere))
        .isEqualTo("there is no JDK \"25.0.1\" (\"" + folder + "/missing/libjvm.so\")");
  }

  @Test
  void namesWhatTheCpuLacks() throws Exception {
    assertThat(machine.misfit(variant("popcnt", "avx512f", "avx512bw")))
        .isEqualTo("the CPU lacks \"avx512f\"");
    assertThat(machine.misfit(variant("popcnt"))).isEmpty();
    assertThat(machine.choose(List.of())).isEqualTo(-1);
  }

  private Variant of(String machine, String... features) {
    return new Variant(machine, List.of(features), library.toString(), digest, "17.0.1");
  }

  @Test
  void takesNoneOfAnotherKindOfMachine() throws Exception {
    Variant other = of(AARCH64);
    Variant own = variant("popcnt");
    assertThat(machine.choose(List.of(own, other))).isZero();
    assertThat(machine.choose(List.of(other, own))).isEqualTo(1);
    assertThat(machine.choose(List.of(other))).isEqualTo(-1);
    Machine arm = new Machine(Architecture.AARCH64, Set.of("fp", "asimd"));
    assertThat(arm.choose(List.of(own, other))).isEqualTo(1);
    assertThat(arm.misfit(own)).isEqualTo("it is 64-bit ARM (aarch64), and they are for x86-64");
  }

  @Test
  void namesTheMachinesThatThereAre_OrWhatItsOwnKindLacks() throws Exception {
    Variant strange = of("riscv64");
    assertThat(machine.misfit(List.of(of(AARCH64), strange, of(AARCH64, "fp"))))
        .isEqualTo("it is x86-64, and they are for 64-bit ARM (aarch64) and \"riscv64\"");
    assertThat(machine.misfit(List.of(variant("avx512f"), of(AARCH64))))
        .isEqualTo("the CPU lacks \"avx512f\"");
  }
}
