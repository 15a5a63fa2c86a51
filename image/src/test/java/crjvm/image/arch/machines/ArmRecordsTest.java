package crjvm.image.arch.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that records of aarch64 hold what CRIU has dumped there, with the dump of a real process:
 * sleep of Debian 13, on an emulated processor that signs pointers.
 */
class ArmRecordsTest {
  private static final int PID = 292;
  private static final int REGISTERS_SIZE = 792;
  private static final int GENERAL = 31;
  private static final int SLEEP_REGISTER = 8;
  private static final int SLEEP = 115; // clock_nanosleep
  private static final int SVC = 0xd4000001;
  private static final List<String> INFO =
      List.of("Features\t: fp asimd aes crc32 atomics sve paca pacg sve2 bti");

  private final Machine machine = Machines.AARCH64;

  /** The lines of the program's standard input. */
  private final List<String> told = new ArrayList<>();

  private final ProcessorProgram samples =
      input -> {
        told.addAll(input);
        return List.of(
            "sample 1", "sample 2", "sample 3", "sample 4", "sample 5", "dczid 4", "ctr 9444c004");
      };

  private Dump dump;
  private Core core;

  @BeforeEach
  void load() throws Exception {
    Path folder = Path.of(Dump.class.getResource("sleeper-aarch64").toURI());
    dump = Dump.load(folder, Optional.empty());
    core = dump.core(PID);
  }

  @Test
  void theMachineIsThatOfTheDump() throws Exception {
    assertThat(Machines.of(core)).isSameAs(machine);
    assertThat(dump.machine()).isSameAs(machine);
    assertThat(List.of(dump.pageSize(), dump.addressBits())).containsExactly(4096, 48);
  }

  private ByteBuffer processor(Optional<CpuLevel> portable) throws Exception {
    Cpu cpu = new Cpu(INFO, machine.features(), portable, Path.of("/proc/sys"));
    byte[] part = machine.processor(cpu, List.of(core), samples);
    return ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values are those that protoc finds in the file. */
  @Test
  void registersAreThoseOfTheDump() throws Exception {
    DumpedThread thread = machine.thread(core);
    thread.refuseUnknown(PID);
    ByteBuffer out = ByteBuffer.allocate(REGISTERS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    thread.putRegisters(out);
    assertThat(out.remaining()).isZero();
    assertThat(out.getLong(8 * SLEEP_REGISTER)).isEqualTo(SLEEP);
    assertThat(out.getLong(8 * (GENERAL - 1))).as("x30").isEqualTo(0xffffb5bce4dcL);
    assertThat(out.getLong(8 * GENERAL)).as("stack pointer").isEqualTo(0xffffca154b70L);
    assertThat(out.getLong(8 * GENERAL + 8)).as("instruction").isEqualTo(0xffffb5b928b8L);
    assertThat(out.getLong(8 * GENERAL + 16)).as("state").isEqualTo(0x80001000L);
    assertThat(out.getInt(8 * GENERAL + 24)).as("fpsr").isEqualTo(16);
    ByteBuffer bases = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    thread.putBases(bases);
    assertThat(bases.getLong(0)).as("thread pointer").isEqualTo(0xffffb5d0e740L);
    assertThat(thread.clearedWord()).isEqualTo(0xffffb5d0e0f0L);
  }

  @Test
  void theCallIsTheOneThatWasInterrupted() throws Exception {
    DumpedThread thread = machine.thread(core);
    SystemCall call = thread.systemCall(at -> at == thread.instruction() ? SVC : 0);
    assertThat(call.kind()).isEqualTo(SystemCall.Kind.CLOCK_NANOSLEEP);
    assertThat(thread.interrupted(at -> SVC))
        .as("a sleep with a place for its rest")
        .isSameAs(thread);
  }

  @Test
  void theKeysOfTheProcessAreInTheRecord() throws Exception {
    ByteBuffer record = processor(Optional.empty());
    assertThat(record.getLong(0)).isEqualTo(1 << 3 | 1 << 7 | 1 << 8 | 1 << 22);
    assertThat(told)
        .startsWith("pac 3", "enabled f", "key f85618bfb2a91c13", "key 2e87101947b8832a");
    assertThat(told).endsWith("key 69736bf78154e3a7", "key 2e128b2506511723");
    assertThat(record.getInt(152)).as("DCZID_EL0").isEqualTo(4);
    assertThat(record.getInt(156)).as("CTR_EL0").isEqualTo(0x9444c004);
    assertThatThrownBy(() -> processor(Optional.of(CpuLevel.V8_1)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("portable=v8.1: the process signs pointers");
  }
}
