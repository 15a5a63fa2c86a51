package crjvm.image.compile;

import crjvm.image.CheckpointContext;
import crjvm.image.StaleFiles;
import crjvm.image.dump.TestDump;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.FpRegistersArm64;
import crjvm.image.dump.proto.Identifiers;
import crjvm.image.dump.proto.Mm;
import crjvm.image.dump.proto.PacAddressKeys;
import crjvm.image.dump.proto.PacGenericKey;
import crjvm.image.dump.proto.PacKeys;
import crjvm.image.dump.proto.PagemapEntry;
import crjvm.image.dump.proto.PagemapHead;
import crjvm.image.dump.proto.ProcessTreeEntry;
import crjvm.image.dump.proto.RegistersArm64;
import crjvm.image.dump.proto.RegularFile;
import crjvm.image.dump.proto.SignalAction;
import crjvm.image.dump.proto.TaskCore;
import crjvm.image.dump.proto.ThreadCore;
import crjvm.image.dump.proto.ThreadInfoArm64;
import crjvm.image.dump.proto.TimeNamespace;
import crjvm.image.dump.proto.Timespec;
import crjvm.image.dump.proto.Vma;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The dump of a small process on aarch64. Its main thread waits for a futex with an absolute time,
 * and its second thread reads the clock inside of the vDSO.
 */
final class ArmProcess {
  static final int PID = 100;
  static final int SECOND = 101;
  static final long CODE = 0x400000;
  static final long STACK = 0x500000;
  static final long LIBRARY = 0x600000;
  static final long DATA = 0x601000;
  static final long ZEROED_DATA = 0x602000;
  static final long DEADLINE = STACK + 0x40;
  static final long RETURN = STACK + 0xa8; // where the second thread's stack leads into the vDSO
  static final long MAIN_ID = STACK + 0x200;
  static final long SECOND_ID = STACK + 0x300;
  static final long VVAR = 0xffff8000_0000L;
  static final long VDSO = VVAR + 4096;
  static final int CLOCK_AT = 0x300;
  static final int CALL_AT = 0x320;
  static final int SIGRETURN_AT = 0x340;
  static final int CACHE_TYPE = 0xb444c004;
  static final long KEY = 0x0123456789abcdefL;

  private static final int PAGE = 4096;
  private static final int FUTEX = 98;
  private static final int SVC_AT = 0x10;
  private static final int SVC = 0xd4000001;
  private static final int WAIT_BITSET_PRIVATE = 9 | 128;
  private static final int AARCH64 = 3; // CRIU's number
  private static final int ANONYMOUS = 1 << 9 | 1;
  private static final int FILE_STATUS = 1 << 6 | 1;
  private static final int LIBRARY_ID = 5;
  private static final int VVAR_STATUS = 1 << 12;
  private static final int VDSO_STATUS = 1 << 3;
  private static final long SA_RESTORER = 0x04000000;

  private ArmProcess() {}

  /**
   * Writes the dump.
   *
   * @param keys whether the process signs pointers
   */
  static void write(Path folder, boolean keys) throws Exception {
    TestDump.write(
        folder.resolve("pstree.img"),
        ProcessTreeEntry.newBuilder().setPid(PID).addThreads(PID).addThreads(SECOND).build());
    ThreadInfoArm64.Builder main =
        thread(MAIN_ID, CODE + SVC_AT, 1, WAIT_BITSET_PRIVATE, 2, DEADLINE, FUTEX);
    if (keys) {
      main.setPacKeys(
          PacKeys.newBuilder()
              .setAddressKeys(
                  PacAddressKeys.newBuilder().setApiaLow(KEY).setApdbHigh(KEY + 1).setEnabled(15))
              .setGenericKey(PacGenericKey.newBuilder().setLow(KEY + 2).setHigh(KEY + 3)));
    }
    TestDump.write(
        folder.resolve("core-" + PID + ".img"),
        core(main)
            .setTask(
                TaskCore.newBuilder()
                    .setComm("main")
                    .setBlkSigset(0x55)
                    .addSigactions(action(0, 0xbad))
                    .addSigactions(action(SA_RESTORER, 0xcafe))
                    .addSigactions(action(0, 0xbad)))
            .setThread(ThreadCore.newBuilder().setFutexRla(MAIN_ID + 16).setFutexRlaLen(24))
            .build());
    TestDump.write(
        folder.resolve("core-" + SECOND + ".img"),
        core(thread(SECOND_ID, VDSO + CALL_AT + 4, 1, STACK, 0, 0, 113))
            .setThread(ThreadCore.newBuilder().setComm("clock"))
            .build());
    writeMemory(folder);
    TestDump.write(
        folder.resolve("ids-" + PID + ".img"), Identifiers.newBuilder().setFilesId(1).build());
    TestDump.write(folder.resolve("fdinfo-1.img"), FdInfo.newBuilder().setFd(0).build());
    Timespec time = Timespec.newBuilder().setTvSec(7).setTvNsec(9).build();
    TestDump.write(
        folder.resolve("timens-0.img"),
        TimeNamespace.newBuilder().setMonotonic(time).setBoottime(time).build());
  }

  private static Core.Builder core(ThreadInfoArm64.Builder info) {
    return Core.newBuilder().setMachine(AARCH64).setThreadInfoArm64(info);
  }

  private static SignalAction action(long flags, long restorer) {
    return SignalAction.newBuilder()
        .setSigaction(CODE)
        .setFlags(flags)
        .setRestorer(restorer)
        .build();
  }

  private static ThreadInfoArm64.Builder thread(
      long id, long pc, long x0, long x1, long x2, long x3, long number) {
    RegistersArm64.Builder registers = RegistersArm64.newBuilder();
    LongStream.of(x0, x1, x2, x3, 4, 5, 6, 7, number).forEach(registers::addRegs);
    LongStream.rangeClosed(9, 30).forEach(registers::addRegs);
    registers.setSp(STACK + 0xa0).setPc(pc).setPstate(0x60001000);
    FpRegistersArm64.Builder vectors = FpRegistersArm64.newBuilder().setFpsr(11).setFpcr(12);
    LongStream.range(0, 64).forEach(word -> vectors.addVregs(1000 + word));
    return ThreadInfoArm64.newBuilder()
        .setClearTidAddr(id)
        .setTls(id + 0x700)
        .setRegisters(registers)
        .setFpRegisters(vectors);
  }

  private static void writeMemory(Path folder) throws Exception {
    TestDump.write(
        folder.resolve("mm-" + PID + ".img"),
        Mm.newBuilder()
            .addVmas(area(CODE, 5, ANONYMOUS))
            .addVmas(area(STACK, 3, ANONYMOUS))
            .addVmas(area(LIBRARY, 5, FILE_STATUS).toBuilder().setShmid(LIBRARY_ID))
            .addVmas(area(DATA, 3, FILE_STATUS).toBuilder().setFlags(2).setShmid(LIBRARY_ID))
            .addVmas(area(ZEROED_DATA, 3, ANONYMOUS))
            .addVmas(area(VVAR, 1, VVAR_STATUS))
            .addVmas(area(VDSO, 5, VDSO_STATUS))
            .build());
    TestDump.write(
        folder.resolve("pagemap-" + PID + ".img"),
        PagemapHead.newBuilder().setPagesId(1).build(),
        page(CODE),
        page(STACK),
        page(DATA),
        page(ZEROED_DATA),
        page(VDSO));
    Path library = Files.write(folder.resolve("library"), library());
    RegularFile file =
        RegularFile.newBuilder().setId(LIBRARY_ID).setName(library.toString()).build();
    TestDump.write(
        folder.resolve("files.img"), FileEntry.newBuilder().setId(LIBRARY_ID).setReg(file).build());
    ByteBuffer pages = ByteBuffer.allocate(5 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
    pages.putInt(SVC_AT, SVC);
    pages.putInt(PAGE + (int) (MAIN_ID - STACK), PID);
    pages.putInt(PAGE + (int) (SECOND_ID - STACK), SECOND);
    pages.putLong(PAGE + (int) (RETURN - STACK), VDSO + CALL_AT + 8);
    for (int page = 1; page < 4; page++) {
      pages.putInt(page * PAGE + 0x800, CACHE_TYPE).putInt(page * PAGE + 0x804, page);
    }
    pages.putInt(3 * PAGE + 0x80c, CACHE_TYPE);
    pages.put(4 * PAGE, vdso());
    Files.write(folder.resolve("pages-1.img"), pages.array());
  }

  private static Vma area(long start, int prot, int status) {
    return Vma.newBuilder()
        .setStart(start)
        .setEnd(start + PAGE)
        .setProt(prot)
        .setFlags(0x22)
        .setStatus(status)
        .build();
  }

  private static PagemapEntry page(long address) {
    return PagemapEntry.newBuilder().setVaddr(address).setNrPages(1).setFlags(4).build();
  }

  /** Returns an ELF file without symbols, whose code has landing pads for branches. */
  private static byte[] library() {
    ByteBuffer elf = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
    int note = 0x100;
    elf.putInt(0, 0x464c457f).putShort(18, (short) 183);
    elf.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putInt(64, 0x6474e553).putLong(64 + 8, note).putLong(64 + 32, 32);
    elf.putInt(note, 4).putInt(note + 4, 16).putInt(note + 8, 5).putInt(note + 12, 0x554e47);
    elf.putInt(note + 16, 0xc0000000).putInt(note + 20, 4).putInt(note + 24, 3);
    return elf.array();
  }

  /** Returns an ELF file with two functions and a table of dynamic symbols. */
  private static byte[] vdso() {
    ByteBuffer elf = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
    int symbols = 0x400;
    int strings = 0x500;
    int sections = 0x600;
    elf.putInt(0, 0x464c457f).putShort(18, (short) 183).putLong(40, sections);
    elf.putShort(60, (short) 2);
    elf.putInt(sections + 4, 11).putLong(sections + 24, symbols).putLong(sections + 32, 48);
    elf.putInt(sections + 40, 1);
    String first = "__kernel_clock_gettime";
    byte[] names = (first + "\0__kernel_rt_sigreturn\0").getBytes(StandardCharsets.US_ASCII);
    elf.putInt(sections + 64 + 4, 3).putLong(sections + 64 + 24, strings);
    elf.putLong(sections + 64 + 32, names.length).put(strings, names);
    symbol(elf, symbols, 0, CLOCK_AT);
    symbol(elf, symbols + 24, first.length() + 1, SIGRETURN_AT);
    elf.putInt(CALL_AT, 0xd2800e28).putInt(CALL_AT + 4, SVC);
    elf.putInt(SIGRETURN_AT, 0xd2801168).putInt(SIGRETURN_AT + 4, SVC); // mov x8, #139
    return elf.array();
  }

  private static void symbol(ByteBuffer elf, int at, int name, long value) {
    elf.putInt(at, name)
        .put(at + 4, (byte) 0x12)
        .putShort(at + 6, (short) 1)
        .putLong(at + 8, value);
  }

  static CheckpointContext context() {
    return new CheckpointContext(
        new CheckpointContext.Process(
            -1, List.of(), List.of(), List.of(), Optional.empty(), Optional.empty()),
        new CheckpointContext.Command(
            List.of("/opt/jdk/bin/java"), List.of("Main"), List.of(), Path.of("/srv")),
        new CheckpointContext.Runtime(
            Path.of("/opt/jdk"), "25.0.3", List.of(), List.of(), List.of()),
        new CheckpointContext.Making("4.2.1", "api", List.of(), Optional.empty()),
        new CheckpointContext.Risks(List.of(), List.of(), StaleFiles.WARN));
  }
}
