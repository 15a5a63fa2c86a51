package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The machine code itself shows that {@code portable=} keeps its promise. */
@Tag("variant")
class PortableCodeIT {
  /**
   * Instructions beyond level 2: VEX, EVEX, BMI and others. {@code verr} and {@code verw} are
   * older.
   */
  private static final Pattern BEYOND_V2 =
      Pattern.compile(
          "^(v(?!er[rw]\\b)|(sar|shl|shr|ror|mul)x|pdep|pext |bzhi|andn |bls|bextr|[lt]zcnt|movbe"
              + "|ad[co]x|(?:aes|sha1|sha256|pclmul|gf2p8|k[a-z]+[bwdq] )|x(save|rstor|getbv|begin)"
              + "|rd(rand|seed|pid)|cl(wb|flushopt)|serialize|[tu]mwait|tpause|movdir|prefetchw).*");

  private static final Pattern BEYOND_V3 =
      Pattern.compile(
          ".*(zmm|mm(1[6-9]|2\\d|3[01])\\b|\\{%k).*"
              + "|(ad[co]x|sha1|sha256|v?gf2p8|vaes.*ymm|vpclmul.*ymm|vpmadd52|k[a-z]+[bwdq] |xbegin"
              + "|rd(rand|seed|pid)|cl(wb|flushopt)|serialize|[tu]mwait|tpause|movdir).*");

  /** Code that runs once at the start, after a check with CPUID. */
  private static final String START = "VM_Version ";

  /**
   * Instructions that run only with a mapping of persistent memory, which no image can have: see
   * docs/agent-options.md.
   */
  private static final String PERSISTENT = "StubRoutines .*: cl(wb|flushopt) .*";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @OnEachJdk
  void nothingInV2IsBeyondIt(Jdk jdk) throws Exception {
    assertThat(found(jdk, BEYOND_V2, "portable=v2,")).isEmpty();
  }

  @OnEachJdk
  void nothingInV3IsBeyondIt(Jdk jdk) throws Exception {
    assertThat(found(jdk, BEYOND_V3, "portable=v3,")).isEmpty();
  }

  @Test
  void anOrdinaryJvmGoesBeyond() throws Exception {
    Requirement.need(
        Files.readString(Path.of("/proc/cpuinfo")).contains(" bmi1 "), "the CPU has no BMI1");
    assertThat(found(Jdk.any(), BEYOND_V2, ""))
        .anyMatch(each -> each.contains(": blsi")) // This is the instruction for x & -x.
        .anyMatch(each -> each.contains(": vmov"));
  }

  private static List<String> found(Jdk jdk, Pattern beyond, String portable) throws Exception {
    Requirement.need(GeneratedCode.canBeRead(), "there is no objdump (Debian: binutils)");
    // Code that an answer made hot is compiled before the next answer.
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).withAllCompilers().vm("-Xbatch");
    RunningProcess process = jvm.start(portable + "at=api");
    Http.awaitAnswer(process, jvm.port(), "/");
    for (int i = 0; i < 100; i++) {
      Http.ask(jvm.port(), "/compute");
    }
    List<String> found =
        new GeneratedCode(BENCH, jvm, process)
            .find(instruction -> beyond.matcher(instruction).matches());
    assertThat(process.terminate()).isEqualTo(143);
    return found.stream()
        .filter(each -> !each.startsWith(START) && !each.matches(PERSISTENT))
        .toList();
  }
}
