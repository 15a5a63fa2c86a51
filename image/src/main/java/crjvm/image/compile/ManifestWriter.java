package crjvm.image.compile;

import crjvm.image.CheckpointContext;
import crjvm.image.OutsideFile;
import crjvm.image.Setting;
import crjvm.image.Setting.Kind;
import crjvm.image.Setting.Use;
import crjvm.image.Version;
import crjvm.image.arch.Cpu;
import crjvm.image.compile.memory.RegionTotals;
import crjvm.image.dump.Dump;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Writes the manifest, which describes the image and contains what a start needs. */
final class ManifestWriter {
  private final Dump dump;
  private final CheckpointContext context;
  private final PlanWriter plan;
  private final UUID id;
  private final Path image;
  private final String vdso;
  private final Cpu cpu;

  /**
   * Writes a manifest.
   *
   * @param vdso the digest of the dumped vDSO
   * @param cpu the CPU of the machine on which the dump was made
   */
  ManifestWriter(
      Dump dump,
      CheckpointContext context,
      PlanWriter plan,
      UUID id,
      Path image,
      String vdso,
      Cpu cpu) {
    this.vdso = vdso;
    this.cpu = cpu;
    this.dump = dump;
    this.context = context;
    this.plan = plan;
    this.id = id;
    this.image = image;
  }

  Manifest write(
      RegionTotals totals,
      List<CompileChecksStep.RequiredFile> required,
      List<OutsideFile> outside,
      List<Setting> settings,
      List<String> listening,
      Set<KernelFeature> kernel)
      throws IOException {
    Manifest manifest = new Manifest().add(Manifest.FORMAT, Manifest.FORMAT_1);
    manifest.add("image-id", id).add("created", Instant.now().truncatedTo(ChronoUnit.SECONDS));
    manifest
        .add("warm-point", context.making().warmPoint())
        .addAll(Manifest.WARM_UP, context.making().warmUp());
    // The launcher reads these five for --vm-option and for the normal start.
    manifest.addAll("vm-option", context.runtime().vmOptions());
    manifest.addAll("command.vm", context.command().vm());
    manifest.addAll("command.main", context.command().main());
    manifest.addAll("command.argument", context.command().arguments());
    manifest.add("working-directory", context.command().workingDirectory());
    manifest
        .add("java-home", context.runtime().javaHome())
        .add("vm-version", context.runtime().vmVersion());
    manifest
        .add("crjvm-version", Version.ofThis())
        .add("criu-version", context.making().engineVersion());
    manifest.add("vdso", vdso).add("kernel", System.getProperty("os.version"));
    manifest.addAll("kernel-feature", kernel.stream().map(KernelFeature::describe).toList());
    manifest
        .add(Manifest.MACHINE, dump.machine().architecture().kernelName())
        .add(Manifest.PAGE_SIZE, dump.pageSize())
        .add(Manifest.ADDRESS_BITS, dump.addressBits());
    manifest.add("cpu-model", cpu.model());
    manifest.add("cpu-features", String.join(" ", cpu.needs()));
    cpu.portable().ifPresent(level -> manifest.add("portable", level));
    manifest.addAll(Manifest.SECRET, context.risks().secrets());
    manifest.addAll(Manifest.COMMON, context.risks().common());
    manifest.addAll("listening", listening);
    manifest.add("threads", plan.count(PlanSection.THREADS));
    manifest.add("descriptors", plan.count(PlanSection.DESCRIPTORS));
    manifest.add("mappings", plan.count(PlanSection.AREAS));
    manifest.add("clock.monotonic", dump.clocks().monotonic());
    totals.byKind().forEach((kind, total) -> manifest.add(Manifest.REGION, total + " " + kind));
    manifest.add(Manifest.FREE_HEAP, totals.free());
    for (CompileChecksStep.RequiredFile file : required) {
      manifest.add("requires", file.sha256() + " " + file.size() + " " + file.path());
    }
    manifest.add("stale", context.risks().stale().name().toLowerCase(Locale.ROOT));
    outside.forEach(
        file -> manifest.add(Manifest.OUTSIDE, file.kind().title() + " " + file.path()));
    settings.stream()
        .filter(each -> each.use() == Use.READ && !each.name().isEmpty())
        .forEach(
            each ->
                manifest.add(
                    Manifest.SETTING, (each.kind() == Kind.VARIABLE ? "" : "-D") + each.name()));
    ImageFiles.addTo(manifest, image);
    return manifest;
  }
}
