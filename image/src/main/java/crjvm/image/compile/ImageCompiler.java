package crjvm.image.compile;

import crjvm.image.CheckpointContext;
import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.OutsideFile;
import crjvm.image.Setting;
import crjvm.image.arch.CachedRegister;
import crjvm.image.arch.Cpu;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.Machine;
import crjvm.image.arch.Page;
import crjvm.image.arch.SaveAreas;
import crjvm.image.compile.descriptor.CompileDescriptorsStep;
import crjvm.image.compile.memory.CompileMemoryStep;
import crjvm.image.compile.memory.FileProtection;
import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.compile.memory.ObjectTable;
import crjvm.image.compile.memory.Origin;
import crjvm.image.compile.memory.RegionTotals;
import crjvm.image.compile.thread.ClockReaders;
import crjvm.image.compile.thread.CompileThreadsStep;
import crjvm.image.compile.thread.LibraryThreadIds;
import crjvm.image.compile.thread.LockScanner;
import crjvm.image.compile.thread.LockWaiters;
import crjvm.image.compile.thread.ThreadIdScanner;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Pages;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.Mm;
import crjvm.image.jvm.DecoderTables;
import crjvm.image.jvm.FreeHeap;
import crjvm.image.jvm.JavaStacks;
import crjvm.image.jvm.JvmMemory;
import crjvm.image.jvm.MallocArenas;
import crjvm.image.jvm.VmStructs;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanHeader;
import crjvm.image.plan.PlanResume;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns a dump into an image. The steps run in the order in which they need each other. */
public final class ImageCompiler {
  /** The number of descriptors that the restorer may need in addition to the application's. */
  private static final int SPARE_DESCRIPTORS = 64;

  private final Dump dump;
  private final Machine machine;
  private final CheckpointContext context;
  private final List<OutsideFile> outside;
  private final List<Setting> settings;
  private final Path image;
  private final PlanWriter plan = new PlanWriter();

  private ImageCompiler(
      Dump dump,
      CheckpointContext context,
      List<OutsideFile> outside,
      List<Setting> settings,
      Path image) {
    this.dump = dump;
    machine = dump.machine();
    this.context = context;
    this.outside = outside;
    this.settings = settings;
    this.image = image;
  }

  /**
   * Compiles an image.
   *
   * @param dump the folder that CRIU wrote
   * @param outside files that exist outside the image
   * @param settings the settings that the process was configured with
   * @param image a folder that does not exist; it is complete and on disk when this method returns
   */
  public static void compile(
      Path dump,
      CheckpointContext context,
      List<OutsideFile> outside,
      List<Setting> settings,
      Path image)
      throws IOException, ImageException {
    Files.createDirectory(
        image, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Dump loaded = Dump.load(dump, context.process().earlierImage());
    new ImageCompiler(loaded, context, outside, settings, image).run();
  }

  private void run() throws IOException, ImageException {
    Cpu cpu = cpu();
    UUID id = UUID.randomUUID();
    Path memoryPath = image.resolve("memory");
    try (MemoryFile memoryFile = new MemoryFile(memoryPath, id);
        Pages pages = Pages.of(dump);
        ProcessMemory memory = new ProcessMemory(dump, pages)) {
      Origin origin = Origin.find(machine.addresses(), memory);
      long base = memory.baseOf("/libjvm.so");
      if (base == 0) {
        throw new ImageException("the dumped process has no libjvm.so: it is not a JVM");
      }
      Path library = Path.of(memory.nameOf(memory.mappingAt(base)));
      VmStructs structs = VmStructs.read(memory, library, base);
      FreeHeap freeHeap = FreeHeap.find(structs, memory, dump);
      RegionTotals totals = new RegionTotals();
      ObjectTable objects =
          new ObjectTable(dump, context, plan, memoryFile, freeHeap, totals, image);
      ThreadIdScanner threadIds = new ThreadIdScanner(dump, structs, plan);
      LockScanner locks =
          new LockScanner(dump.threadIds(), machine.highestAddress(), tid -> plan.add(tid));
      LibraryThreadIds.add(dump, memory, plan);
      new LockWaiters(memory, tid -> plan.add(tid)).find(dump);
      List<Region> regions = new ArrayList<>(context.process().regions());
      regions.addAll(JvmMemory.regions(structs, memory));
      regions.addAll(MallocArenas.find(dump, memory));
      regions.addAll(DecoderTables.find(library, regions, dump, pages, memory));
      regions.addAll(dump.earlierImage().mappedBeside(regions));

      new CompileMemoryStep(
              dump,
              origin,
              new FileProtection(machine.fileProperty(cpu), memory),
              pages,
              plan,
              memoryFile,
              objects,
              regions,
              JavaStacks.unused(structs, memory, dump),
              freeHeap,
              totals,
              threadIds.and(locks),
              locks)
          .run();
      CompileDescriptorsStep descriptors = new CompileDescriptorsStep(dump, context, plan, objects);
      int highest = descriptors.run();
      ClockReaders clockReaders = ClockReaders.of(dump, memory, plan);
      List<Core> threads = new CompileThreadsStep(dump, memory, plan, clockReaders, context).run();
      PlanResume resume = clockReaders.store(memoryFile);
      CompileClockStep clock = new CompileClockStep(dump, memory, origin, plan);
      clock.run();
      if (machine.saveAreas().isPresent()) {
        SaveAreas areas = machine.saveAreas().get();
        new CompileSavesStep(dump, memory, plan, areas, areas.isCompact(cpu)).run();
      }
      RestorerProgram restorer = RestorerProgram.ofThisDistribution();
      Optional<CachedRegister> cached = machine.cachedRegister(cpu, restorer);
      if (cached.isPresent()) {
        new CompileCachedStep(dump, memory, pages, plan, cached.get()).run();
      }
      var required =
          new CompileChecksStep(plan, objects.readFiles(), outside, context.runtime().classPath())
              .run();
      Set<String> program =
          required.stream().map(file -> file.path().toString()).collect(Collectors.toSet());
      List<OutsideFile> known =
          new CompileOutsideStep(plan, outside, program, context.risks().stale()).run();
      new CompileMadeStep(plan, image, objects::nextImageFile, context.risks().stale())
          .run(outside);
      new CompileSettingsStep(plan, settings).run();
      memoryFile.finish();
      new CompileContentsStep(plan, image).run();
      dump.earlierImage().check();

      Set<KernelFeature> kernel = KernelNeeds.of(dump, context, plan);
      PlanHeader header =
          header(
              kernel,
              id,
              memoryFile.size(),
              machine.processor(cpu, threads, restorer),
              clock,
              origin,
              resume,
              heap(regions),
              highest);
      Files.write(image.resolve("plan"), plan.write(header));
      Manifest manifest =
          new ManifestWriter(dump, context, plan, id, image, clock.vdsoDigest(), cpu)
              .write(totals, required, known, settings, descriptors.listening(), kernel);
      Files.writeString(image.resolve(Manifest.FILE), manifest.format());
    }
    forceToDisk();
  }

  /** Returns the CPU of the dump's machine, which is this one, if there can be an image for it. */
  private Cpu cpu() throws IOException, ImageException {
    if (dump.pageSize() != Page.SIZE) {
      throw new ImageException(
          "this kernel has pages of "
              + (dump.pageSize() >> 10)
              + " KiB, and an image needs pages of 4 KiB; boot a kernel with such pages");
    }
    Optional<CpuLevel> portable = context.making().portable().map(CpuLevel::valueOf);
    if (portable.isPresent() && portable.get().architecture() != machine.architecture()) {
      throw new ImageException(
          "portable="
              + portable.get()
              + " is a level of "
              + portable.get().architecture().title()
              + ", and this is "
              + machine.architecture().title());
    }
    return Cpu.read(machine.features(), portable);
  }

  private static Region heap(List<Region> regions) {
    return regions.stream()
        .filter(region -> region.kind() == RegionKind.HEAP)
        .findFirst()
        .orElse(new Region(RegionKind.HEAP, 0, 0));
  }

  private PlanHeader header(
      Set<KernelFeature> kernel,
      UUID id,
      long memorySize,
      byte[] processor,
      CompileClockStep clock,
      Origin origin,
      PlanResume resume,
      Region heap,
      int highest)
      throws IOException {
    Mm mm = dump.mm();
    long[] layout = {
      mm.getStartCode(),
      mm.getEndCode(),
      mm.getStartData(),
      mm.getEndData(),
      mm.getStartBrk(),
      mm.getBrk(),
      mm.getStartStack(),
      mm.getArgStart(),
      mm.getArgEnd(),
      mm.getEnvStart(),
      mm.getEnvEnd()
    };
    return new PlanHeader(
        id,
        new PlanHeader.Memory(
            memorySize,
            new PlanHeader.Span(clock.vdsoStart(), clock.vdsoEnd()),
            new PlanHeader.Span(heap.start(), heap.end())),
        new PlanHeader.Platform(machine, dump.pageSize(), dump.addressBits()),
        new PlanHeader.Requirements(processor, kernel, highest + 1L + SPARE_DESCRIPTORS),
        new PlanHeader.Clocks(
            time(dump.clocks().monotonic() + origin.monotonicOffset()),
            time(dump.clocks().boottime() + origin.boottimeOffset()),
            origin.monotonicOffset(),
            origin.boottimeOffset()),
        new PlanHeader.Process(
            dump.pid(),
            plan.count(PlanSection.DESCRIPTORS) == 0 ? -1 : context.process().messageDescriptor(),
            layout,
            resume));
  }

  private static PlanHeader.Time time(long nanos) {
    long second = TimeUnit.SECONDS.toNanos(1);
    return new PlanHeader.Time(nanos / second, nanos % second);
  }

  /** Writes the image to disk. It counts as complete only when it would survive a power failure. */
  private void forceToDisk() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(image)) {
      files = list.toList();
    }
    for (Path file : files) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
    try (FileChannel folder = FileChannel.open(image, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
