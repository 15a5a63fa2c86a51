package crjvm.image.compile;

import static crjvm.image.compile.ArmProcess.DEADLINE;
import static crjvm.image.compile.ArmProcess.KEY;
import static crjvm.image.compile.ArmProcess.PID;
import static crjvm.image.compile.ArmProcess.SECOND;
import static crjvm.image.compile.ArmProcess.VDSO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import crjvm.image.arch.CachedRegister;
import crjvm.image.arch.Cpu;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.Machine;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.arch.machines.Machines;
import crjvm.image.compile.memory.FileProtection;
import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.compile.memory.Origin;
import crjvm.image.compile.thread.ClockReaders;
import crjvm.image.compile.thread.CompileThreadsStep;
import crjvm.image.compile.thread.LibraryThreadIds;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Pages;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.ThreadInfoArm64;
import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanDeadline;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanHeader;
import crjvm.image.plan.PlanResume;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanStub;
import crjvm.image.plan.PlanTid;
import crjvm.image.plan.PlanWord;
import crjvm.image.plan.PlanWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that a dump of aarch64 compiles on any machine. The numbers are the offsets in the
 * restorer's headers plan.h and aarch64/plan_processor.h.
 */
class ArmDumpTest {
  private static final int PROCESSOR = 64;
  private static final int SECTIONS = 440;
  private static final int THREAD_SIZE = 904;
  private static final int REGISTERS = 112; // in struct plan_thread
  private static final int PAGE = 4096;
  private static final long RESUME = 0x510c000000L;
  private static final UUID ID = new UUID(1, 2);
  private static final List<String> INFO =
      List.of(
          "Features\t: fp asimd evtstrm aes crc32 atomics cpuid sve paca pacg sve2 bti",
          "CPU implementer\t: 0x41",
          "CPU part\t: 0xd40");

  private final PlanWriter plan = new PlanWriter();

  @TempDir private Path folder;
  private Path settings;

  @BeforeEach
  void setVectorLength() throws Exception {
    settings = folder.resolve("settings");
    Files.createDirectories(settings.resolve("abi"));
    Files.writeString(settings.resolve("abi/sve_default_vector_length"), "64\n");
  }

  private Cpu cpu(Optional<CpuLevel> level) {
    return new Cpu(INFO, Machines.AARCH64.features(), level, settings);
  }

  /**
   * Returns a program that answers as the restorer does, if it gets the arguments that the restorer
   * expects.
   */
  private RestorerProgram program() throws Exception {
    String script =
        """
        #!/bin/sh
        [ "$*" = --processor ] || exit 3
        cat > "$0.input"
        exec <"$0.input"
        read -r word keys
        [ "$word $keys" != "pac 0" ] || set -- 0 0 0 0 0
        [ $# -gt 1 ] || set -- 1 2 3 4 fedcba9800000000
        for each in "$@"; do echo "sample $each"; done
        printf 'dczid 4\nctr b444c004\n'
        """;
    Path file = Files.writeString(folder.resolve("restorer"), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new RestorerProgram(file);
  }

  private Dump load(boolean keys) throws Exception {
    Path dump = Files.createDirectories(folder.resolve("dump"));
    ArmProcess.write(dump, keys);
    return Dump.load(dump, Optional.empty());
  }

  private ByteBuffer compile(boolean keys, RestorerProgram program) throws Exception {
    Dump dump = load(keys);
    Machine machine = dump.machine();
    assertThat(machine).isSameAs(Machines.AARCH64);
    try (MemoryFile file = new MemoryFile(folder.resolve(MemoryHeader.FILE), ID);
        Pages pages = Pages.of(dump);
        ProcessMemory memory = new ProcessMemory(dump, pages)) {
      Origin origin = Origin.find(machine.addresses(), memory);
      LibraryThreadIds.add(dump, memory, plan);
      ClockReaders readers = ClockReaders.of(dump, memory, plan);
      List<Core> threads =
          new CompileThreadsStep(dump, memory, plan, readers, ArmProcess.context()).run();
      PlanResume resume = readers.store(file);
      CompileClockStep clock = new CompileClockStep(dump, memory, origin, plan);
      clock.run();
      PlanHeader.Time time = new PlanHeader.Time(7, 9);
      PlanHeader header =
          new PlanHeader(
              ID,
              new PlanHeader.Memory(
                  file.size(),
                  new PlanHeader.Span(clock.vdsoStart(), clock.vdsoEnd()),
                  PlanHeader.Span.NONE),
              new PlanHeader.Platform(machine, dump.pageSize(), dump.addressBits()),
              new PlanHeader.Requirements(
                  machine.processor(cpu(Optional.empty()), threads, program),
                  Set.of(KernelFeature.IPV6),
                  70),
              new PlanHeader.Clocks(time, time, 0, 0),
              new PlanHeader.Process(PID, -1, new long[11], resume));
      file.finish();
      return ByteBuffer.wrap(plan.write(header)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static int thread(ByteBuffer plan, int index) {
    int entry = SECTIONS + 16 * PlanSection.THREADS.ordinal();
    assertThat(plan.getInt(entry)).isEqualTo(2);
    assertThat(plan.getInt(entry + 4)).isEqualTo(THREAD_SIZE);
    return (int) plan.getLong(entry + 8) + index * THREAD_SIZE;
  }

  @Test
  void theHeaderSaysForWhichMachineItIs() throws Exception {
    ByteBuffer plan = compile(false, program());
    assertThat(List.of(plan.getInt(8), plan.getInt(48), plan.getInt(52), plan.getInt(56)))
        .containsExactly(PlanHeader.VERSION, 183, PAGE, 48);
    assertThat(plan.getInt(60)).isZero();
    assertThat(plan.getLong(PROCESSOR)).isEqualTo(1 << 3 | 1 << 7 | 1 << 8 | 1 << 22);
    assertThat(plan.getLong(PROCESSOR + 8)).isEqualTo(1 << 1);
    assertThat(plan.getInt(PROCESSOR + 16)).isEqualTo(64);
    for (int at = PROCESSOR + 20; at < PROCESSOR + 152; at += 4) {
      assertThat(plan.getInt(at)).isZero();
    }
    assertThat(plan.getInt(PROCESSOR + 152)).isEqualTo(4);
    assertThat(plan.getInt(PROCESSOR + 156)).isEqualTo(0xb444c004);
    assertThat(plan.getLong(224)).isEqualTo(ArmProcess.VVAR);
    assertThat(plan.getLong(232)).isEqualTo(VDSO + PAGE);
  }

  @Test
  void theHeaderHasTheKeysAndWhatTheProcessorMakesOfThem() throws Exception {
    ByteBuffer plan = compile(true, program());
    assertThat(plan.getInt(PROCESSOR + 20)).isEqualTo(3);
    assertThat(plan.getLong(PROCESSOR + 24)).isEqualTo(15);
    assertThat(plan.getLong(PROCESSOR + 32)).isEqualTo(KEY);
    assertThat(plan.getLong(PROCESSOR + 32 + 7 * 8)).isEqualTo(KEY + 1);
    assertThat(plan.getLong(PROCESSOR + 96)).isEqualTo(KEY + 2);
    assertThat(plan.getLong(PROCESSOR + 104)).isEqualTo(KEY + 3);
    assertThat(plan.getLong(PROCESSOR + 112)).isEqualTo(1);
    assertThat(plan.getLong(PROCESSOR + 144)).isEqualTo(0xfedcba9800000000L);

    List<String> input = Files.readAllLines(folder.resolve("restorer.input"));
    assertThat(input).hasSize(12).startsWith("pac 3", "enabled f", "key 123456789abcdef", "key 0");
    assertThat(input).endsWith("key 123456789abcdf0", "key 123456789abcdf1", "key 123456789abcdf2");
  }

  @Test
  void aProgramThatIsMissingOrSaysSomethingElseIsNamed() throws Exception {
    RestorerProgram missing = new RestorerProgram(folder.resolve("not there"));
    assertThatThrownBy(() -> compile(true, missing))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("not there\" is missing");
    Files.delete(folder.resolve(MemoryHeader.FILE));
    assertThatThrownBy(() -> compile(true, new RestorerProgram(Path.of("/bin/echo"))))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("(\"--processor\")");
    Files.delete(folder.resolve(MemoryHeader.FILE));
    assertThatThrownBy(() -> compile(true, new RestorerProgram(Path.of("/bin/false"))))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("\"/bin/false\" failed");
  }

  @Test
  void threadsHaveTheRegistersOfTheDump() throws Exception {
    ByteBuffer plan = compile(false, program());
    int main = thread(plan, 0);
    assertThat(plan.getInt(main)).isEqualTo(PID);
    assertThat(plan.getLong(main + 8)).isEqualTo(ArmProcess.MAIN_ID);
    assertThat(plan.getLong(main + 16)).isEqualTo(ArmProcess.MAIN_ID + 16);
    assertThat(plan.getLong(main + 32)).isEqualTo(ArmProcess.MAIN_ID + 0x700);
    assertThat(plan.getLong(main + 80)).isEqualTo(0x55);
    assertThat(plan.getLong(main + REGISTERS + 8 * 30)).isEqualTo(30);
    assertThat(plan.getLong(main + REGISTERS + 248)).isEqualTo(ArmProcess.STACK + 0xa0);
    assertThat(plan.getLong(main + REGISTERS + 256)).isEqualTo(ArmProcess.CODE + 0x10);
    assertThat(plan.getLong(main + REGISTERS + 264)).isEqualTo(0x60001000);
    assertThat(plan.getInt(main + REGISTERS + 272)).isEqualTo(11);
    assertThat(plan.getInt(main + REGISTERS + 276)).isEqualTo(12);
    assertThat(plan.getLong(main + REGISTERS + 280)).isEqualTo(1000);
    assertThat(plan.getLong(main + REGISTERS + 784)).isEqualTo(1063);
    assertThat(plan.getInt(thread(plan, 1))).isEqualTo(SECOND);
  }

  @Test
  void theThreadInTheVdsoBeginsItsCallAgainInACopy() throws Exception {
    ByteBuffer bytes = compile(false, program());
    long copy = RESUME + PAGE;
    int second = thread(bytes, 1);
    assertThat(bytes.getLong(second + REGISTERS + 256)).isEqualTo(copy + ArmProcess.CALL_AT);
    assertThat(plan.all(PlanSection.WORDS, PlanWord.class))
        .contains(new PlanWord(ArmProcess.RETURN, copy + ArmProcess.CALL_AT + 8));
    int branch = PAGE + ArmProcess.CALL_AT + 4;
    byte[] memory = Files.readAllBytes(folder.resolve(MemoryHeader.FILE));
    ByteBuffer code = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(code.getInt(branch) >>> 26).isEqualTo(0x14000000 >>> 26);
  }

  @Test
  void deadlinesIdsAndFunctionsAreFound() throws Exception {
    compile(false, program());
    assertThat(plan.all(PlanSection.DEADLINES, PlanDeadline.class))
        .containsExactly(new PlanDeadline(DEADLINE, 1));
    assertThat(plan.all(PlanSection.TIDS, PlanTid.class))
        .containsExactly(new PlanTid(ArmProcess.MAIN_ID, 0), new PlanTid(ArmProcess.SECOND_ID, 1));
    assertThat(plan.all(PlanSection.STUBS, PlanStub.class))
        .containsExactly(
            new PlanStub(VDSO + ArmProcess.CLOCK_AT, VdsoFunction.CLOCK_GETTIME),
            new PlanStub(VDSO + ArmProcess.SIGRETURN_AT, VdsoFunction.RT_SIGRETURN));
  }

  @Test
  void aFunctionToReturnToCountsOnlyWithItsFlag() throws Exception {
    ByteBuffer bytes = compile(false, program());
    int signals = (int) bytes.getLong(SECTIONS + 16 * PlanSection.SIGNALS.ordinal() + 8);
    assertThat(bytes.getLong(signals + 24)).isZero();
    assertThat(bytes.getLong(signals + 40 + 24)).isEqualTo(0xcafe);
  }

  @Test
  void aPlanIsReadOnAnyMachine() throws Exception {
    Path file = Files.write(folder.resolve(PlanFile.FILE), compile(false, program()).array());
    PlanFile read = PlanFile.read(file);
    assertThat(read.machine()).isSameAs(Machines.AARCH64);
    assertThat(List.of(read.threadName(0), read.threadName(1))).containsExactly("main", "clock");
    Files.write(file, read.withWorkingSet(List.of()));
    assertThat(PlanFile.read(file).addressBits()).isEqualTo(48);
  }

  @Test
  void anImageForOtherProcessorsHasNoKeysAndNoVectors() throws Exception {
    Dump dump = load(true);
    List<Core> threads = List.of(dump.core(PID));
    Cpu cpu = cpu(Optional.of(CpuLevel.V8_1));
    assertThatThrownBy(() -> dump.machine().processor(cpu, threads, program()))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("portable=v8.1: the process signs pointers");
    ThreadInfoArm64 info = dump.core(PID).getThreadInfoArm64();
    var keys = info.getPacKeys().getAddressKeys().toBuilder().setEnabled(0);
    var without = info.toBuilder().setPacKeys(info.getPacKeys().toBuilder().setAddressKeys(keys));
    Core disabled = dump.core(PID).toBuilder().setThreadInfoArm64(without).build();
    byte[] part = dump.machine().processor(cpu, List.of(disabled), program());
    ByteBuffer words = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(words.getLong(0)).isEqualTo(1 << 3 | 1 << 7 | 1 << 8);
    assertThat(words.getInt(16)).isZero();
    assertThat(words.getInt(20)).isZero();
    assertThat(words.getInt(152)).as("DCZID_EL0").isEqualTo(4);
    assertThat(words.getInt(156)).as("CTR_EL0").isZero();
    byte[] lower =
        dump.machine().processor(cpu(Optional.of(CpuLevel.V8)), List.of(disabled), program());
    assertThat(ByteBuffer.wrap(lower).order(ByteOrder.LITTLE_ENDIAN).getLong(0)).isEqualTo(1 << 7);
  }

  /** The word is in the stack, too, where it may mean anything. */
  @Test
  void aRegisterThatLibrariesKeepIsReplacedInTheirDataOnly() throws Exception {
    Dump dump = load(false);
    CachedRegister register =
        dump.machine().cachedRegister(cpu(Optional.of(CpuLevel.V8_1)), program()).get();
    assertThat(register.value()).isEqualTo(ArmProcess.CACHE_TYPE);
    try (Pages pages = Pages.of(dump);
        ProcessMemory memory = new ProcessMemory(dump, pages)) {
      new CompileCachedStep(dump, memory, pages, plan, register).run();
    }
    assertThat(plan.all(PlanSection.WORDS, PlanWord.class))
        .containsExactly(
            new PlanWord(ArmProcess.DATA + 0x800, 0x2_80028002L),
            new PlanWord(ArmProcess.ZEROED_DATA + 0x800, 0x3_80028002L),
            new PlanWord(ArmProcess.ZEROED_DATA + 0x808, 0x80028002_00000000L));
    assertThat(dump.machine().cachedRegister(cpu(Optional.empty()), program())).isEmpty();
  }

  @Test
  void pagesAndAddressesAreThoseOfTheDump() {
    Machine machine = Machines.AARCH64;
    assertThat(machine.pageSize(0x7f0000)).isEqualTo(64 << 10);
    assertThat(machine.pageSize(0x7f4000)).isEqualTo(16 << 10);
    assertThat(machine.pageSize(0x7f5000)).isEqualTo(PAGE);
    assertThat(machine.addressBits(0x7ffffff000L)).isEqualTo(39);
    assertThat(machine.addressBits(0x8000001000L)).isEqualTo(48);
  }

  @Test
  void aThreadThatIsInNoCallHasNoDeadline() throws Exception {
    Dump dump = load(false);
    assertThat(dump.thread(PID).systemCall(address -> 0).kind().name()).isEqualTo("OTHER");
    long behind = ArmProcess.CODE + 0x14;
    assertThat(
            dump.thread(PID)
                .withInstruction(behind)
                .systemCall(address -> address == behind - 4 ? 0xd4000001 : 0)
                .kind()
                .name())
        .isEqualTo("FUTEX");
  }

  /** The kernel would begin such a wait again with all of its time. */
  @ParameterizedTest
  @CsvSource({
    "98, 128, 0x7000, true", // FUTEX_WAIT_PRIVATE, with a time
    "98, 128, 0, false",
    "98, 137, 0x7000, false", // FUTEX_WAIT_BITSET_PRIVATE, whose time is absolute
    "101, 0, 0, true", // nanosleep, without a place for the rest of the time
    "101, 0x7000, 0, false",
    "115, 0, 0, true", // clock_nanosleep
    "115, 0, 0x7000, false",
    "115, 1, 0, false", // for an absolute time
    "73, 0, 0, false" // ppoll
  })
  void aWaitForARelativeTimeWasInterrupted(
      int number, String second, String fourth, boolean isInterrupted) throws Exception {
    var info = load(false).core(PID).getThreadInfoArm64();
    long pc = info.getRegisters().getPc();
    var registers = info.getRegisters().toBuilder().setRegs(0, 1).setRegs(8, number);
    registers.setRegs(1, Long.decode(second)).setRegs(3, Long.decode(fourth));
    Core core =
        load(false).core(PID).toBuilder()
            .setThreadInfoArm64(info.toBuilder().setRegisters(registers))
            .build();
    DumpedThread thread = Machines.AARCH64.thread(core);
    Core at = thread.interrupted(address -> address == pc ? 0xd4000001 : 0).core();
    Core behind = thread.interrupted(address -> address == pc - 4 ? 0xd4000001 : 0).core();
    assertThat(behind).isEqualTo(core);
    var got = at.getThreadInfoArm64().getRegisters();
    assertThat(got.getPc()).isEqualTo(isInterrupted ? pc + 4 : pc);
    assertThat(got.getRegs(0)).isEqualTo(isInterrupted ? -4 : 1);
  }

  @Test
  void codeWithLandingPadsKeepsItsProtection() throws Exception {
    Dump dump = load(false);
    Cpu old = new Cpu(List.of("Features\t: fp"), dump.machine().features(), level(), settings);
    try (Pages pages = Pages.of(dump);
        ProcessMemory memory = new ProcessMemory(dump, pages)) {
      FileProtection complete =
          new FileProtection(dump.machine().fileProperty(cpu(level())), memory);
      assertThat(complete.complete(memory.mappingAt(ArmProcess.LIBRARY)).prot()).isEqualTo(0x15);
      assertThat(complete.complete(memory.mappingAt(ArmProcess.CODE)).prot()).isEqualTo(5);
      FileProtection none = new FileProtection(dump.machine().fileProperty(old), memory);
      assertThat(none.complete(memory.mappingAt(ArmProcess.LIBRARY)).prot()).isEqualTo(5);
    }
  }

  private static Optional<CpuLevel> level() {
    return Optional.empty();
  }
}
