package crjvm.image.arch.machines;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.Digest;
import crjvm.image.arch.Cpu;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.Machine;
import crjvm.image.arch.ProcessorProgram;
import crjvm.image.arch.SystemCall;
import crjvm.image.dump.Dump;
import crjvm.image.dump.proto.Core;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that records of x86-64 stay as they are, with the dump of a real process. The digests are
 * those of the first program that could be restored from these records.
 */
class X86RecordsTest {
  private static final int PID = 12437;
  private static final int REGISTERS_SIZE = 2528;
  private static final int BASES_SIZE = 16;
  private static final List<String> INFO =
      List.of("model name\t: a CPU", "flags\t\t: fpu pni avx xsavec lm");

  private static final ProcessorProgram NOT_RUN =
      input -> {
        throw new AssertionError("no program is needed");
      };

  private final Machine machine = Machines.X86_64;
  private Core core;

  @BeforeEach
  void load() throws Exception {
    Path folder = Path.of(Dump.class.getResource("sleeper").toURI());
    core = Dump.load(folder, Optional.empty()).core(PID);
  }

  private static String digest(DumpedThread thread, boolean bases) {
    ByteBuffer out = ByteBuffer.allocate(BASES_SIZE + REGISTERS_SIZE);
    out.order(ByteOrder.LITTLE_ENDIAN);
    if (bases) {
      thread.putBases(out);
    }
    thread.putRegisters(out);
    return Digest.sha256(Arrays.copyOf(out.array(), out.position()));
  }

  private long[] processor(Optional<CpuLevel> portable, DumpedThread thread) throws Exception {
    Cpu cpu = new Cpu(INFO, machine.features(), portable, Path.of("/proc/sys"));
    ByteBuffer words = ByteBuffer.wrap(machine.processor(cpu, List.of(thread.core()), NOT_RUN));
    long[] found = new long[words.remaining() / Long.BYTES];
    words.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(found);
    return found;
  }

  @Test
  void theMachineIsThatOfTheDump() throws Exception {
    assertThat(Machines.of(core)).isSameAs(machine);
  }

  @Test
  void registersAreTheSameBytes() throws Exception {
    DumpedThread thread = machine.thread(core);
    assertThat(digest(thread, true))
        .isEqualTo("35f36a4f97587a3a768d60878aea2e79e0c64f4b9619fd642a59705c6e01bcfc");
    assertThat(processor(Optional.empty(), thread))
        .containsExactly(1 | 1 << 28, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xa2);
  }

  @Test
  void aLevelLeavesOutRegistersAndFeatures() throws Exception {
    DumpedThread thread = machine.thread(core).withinLevel(CpuLevel.V2);
    assertThat(digest(thread, false))
        .isEqualTo("521897bcc38836c7a5948c76eea611a4c1c23feb2fce7826b09e490e82576e8c");
    assertThat(processor(Optional.of(CpuLevel.V2), thread))
        .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
  }

  @Test
  void theCallIsTheOneThatWasInterrupted() throws Exception {
    SystemCall call = machine.thread(core).systemCall(address -> 0);
    assertThat(call.kind()).isEqualTo(SystemCall.Kind.CLOCK_NANOSLEEP);
  }
}
