package crjvm.image.inspect;

import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWorkingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of an image. The names are those of {@code crjvm inspect --json}.
 *
 * @param image the folder, as an absolute path
 * @param outside files of the application outside the image
 */
public record ImageDescription(
    String image, Origin origin, Memory memory, State state, Outside outside, Needs needs) {
  /**
   * The origin of the image.
   *
   * @param created the time in UTC, in the format of ISO 8601
   * @param signature true if there is a signature, which nobody has checked
   * @param secrets the names of apparent secrets
   * @param common values that copies share although each copy should have its own
   */
  public record Origin(
      String id,
      String created,
      String warmPoint,
      boolean signature,
      List<String> command,
      String directory,
      List<String> secrets,
      List<String> common) {}

  /**
   * The image's memory. Sizes are in bytes.
   *
   * @param freeHeap the part of the zero bytes that is free heap
   * @param mappings the number of mappings that the restorer makes
   * @param copies the number of ranges that the restorer copies
   * @param trained the part of the working set that the first requests write
   * @param readAhead the part that they only read; a start requests it at once if the image is not
   *     in the page cache
   */
  public record Memory(
      List<Region> regions,
      long freeHeap,
      int mappings,
      int copies,
      long trained,
      long readAhead) {}

  /**
   * A kind of memory, in bytes.
   *
   * @param dumped the whole size at the checkpoint
   * @param mapped the part that stays in the file until it is used
   * @param copied the part that each restore copies
   * @param zero the part that takes no space in the image
   */
  public record Region(String name, long dumped, long mapped, long copied, long zero) {}

  /**
   * The kernel's state of the process.
   *
   * @param threads the number of threads with each name
   */
  public record State(
      Map<String, Integer> threads, List<String> descriptors, List<String> listening) {}

  /**
   * Lists of files, each preceded by its kind, and the names of settings.
   *
   * @param written files that the application has changed; if they change again, the image is too
   *     old
   * @param read files that the application has read; a change is reported, or makes the image too
   *     old
   * @param mayChange all other files
   * @param settings environment variables, and system properties as {@code -Dname}, that were read
   */
  public record Outside(
      List<String> written, List<String> read, List<String> mayChange, List<String> settings) {}

  /**
   * The requirements for a machine.
   *
   * @param memory the bytes of memory below which the image is refused
   * @param wholeHeap the bytes for a heap of the largest size and everything else that existed at
   *     the checkpoint
   * @param machine the kind of machine
   * @param kernel the kernel under which the image was made
   * @param files the files that must be unchanged
   */
  public record Needs(
      long memory,
      long wholeHeap,
      MachineKind machine,
      String jdk,
      String javaHome,
      List<String> cpuFeatures,
      List<String> kernelFeatures,
      String kernel,
      List<String> files) {}

  /**
   * The kind of machine on which an image can be restored.
   *
   * @param name the kernel's name
   * @param pageSize the size of a page in bytes
   * @param addressBits the number of bits in addresses of programs
   */
  public record MachineKind(String name, int pageSize, int addressBits) {}

  private static final int REGION_WORDS = 5;

  /**
   * Reads an image's manifest and plan.
   *
   * @throws ImageException if the folder is not an image, or the image is damaged
   */
  public static ImageDescription of(Path image) throws IOException, ImageException {
    Manifest manifest = Manifest.read(image);
    PlanFile plan = PlanFile.read(image.resolve("plan"));
    return new ImageDescription(
        image.toAbsolutePath().normalize().toString(),
        origin(manifest, Files.exists(image.resolve(Manifest.SIGNATURE))),
        memory(manifest, plan),
        state(manifest, plan),
        outside(manifest),
        needs(manifest, plan));
  }

  private static Origin origin(Manifest manifest, boolean isSigned) throws ImageException {
    List<String> command = new ArrayList<>();
    for (String key : List.of("command.vm", "command.main", "command.argument")) {
      command.addAll(manifest.all(key));
    }
    return new Origin(
        manifest.require("image-id"),
        manifest.require("created"),
        manifest.require("warm-point"),
        isSigned,
        command,
        manifest.require("working-directory"),
        manifest.all(Manifest.SECRET),
        manifest.all(Manifest.COMMON));
  }

  private static Memory memory(Manifest manifest, PlanFile plan) throws ImageException {
    List<Region> regions = new ArrayList<>();
    for (String line : manifest.all(Manifest.REGION)) {
      String[] words = line.split(" ", REGION_WORDS);
      if (words.length != REGION_WORDS) {
        throw new ImageException("the manifest is damaged: \"" + line + "\"");
      }
      long[] sizes = Arrays.stream(words).limit(4).mapToLong(Long::parseLong).toArray();
      regions.add(new Region(words[4], sizes[0], sizes[1], sizes[2], sizes[3]));
    }
    return new Memory(
        regions,
        Long.parseLong(manifest.first(Manifest.FREE_HEAP).orElse("0")),
        plan.count(PlanSection.AREAS),
        plan.count(PlanSection.COPIES),
        size(plan, PlanWorkingSet.Use.WRITE),
        size(plan, PlanWorkingSet.Use.READ));
  }

  private static long size(PlanFile plan, PlanWorkingSet.Use use) {
    return plan.workingSet().stream()
        .filter(set -> set.use() == use)
        .mapToLong(PlanWorkingSet::size)
        .sum();
  }

  private static State state(Manifest manifest, PlanFile plan) {
    Map<String, Integer> threads = new TreeMap<>();
    for (int i = 0; i < plan.count(PlanSection.THREADS); i++) {
      threads.merge(plan.threadName(i), 1, Integer::sum);
    }
    List<String> descriptors = new ArrayList<>();
    for (int i = 0; i < plan.count(PlanSection.DESCRIPTORS); i++) {
      descriptors.add(plan.descriptor(i).toString());
    }
    return new State(threads, descriptors, manifest.all("listening"));
  }

  private static Outside outside(Manifest manifest) {
    Outside outside =
        new Outside(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            manifest.all(Manifest.SETTING));
    for (String file : manifest.all(Manifest.OUTSIDE)) {
      switch (file.substring(0, Math.max(file.indexOf(' '), 0))) {
        case "read", "absent" -> outside.read.add(file);
        case "written", "folder" -> outside.written.add(file);
        default -> outside.mayChange.add(file);
      }
    }
    return outside;
  }

  private static Needs needs(Manifest manifest, PlanFile plan) throws ImageException {
    long others =
        memory(manifest, plan).regions().stream()
            .filter(region -> !region.name.equals(RegionKind.HEAP.title()))
            .mapToLong(Region::dumped)
            .sum();
    return new Needs(
        plan.resident(),
        plan.heapEnd() - plan.heapStart() + others,
        new MachineKind(
            manifest.require(Manifest.MACHINE),
            number(manifest, Manifest.PAGE_SIZE),
            number(manifest, Manifest.ADDRESS_BITS)),
        manifest.require("vm-version"),
        manifest.require("java-home"),
        List.of(manifest.require("cpu-features").split(" ")),
        manifest.all("kernel-feature"),
        manifest.require("kernel"),
        manifest.all("requires").stream().map(file -> file.split(" ", 3)[2]).toList());
  }

  private static int number(Manifest manifest, String key) throws ImageException {
    String value = manifest.require(key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new ImageException("the manifest is damaged: \"" + key + "=" + value + "\"", e);
    }
  }

  /** Returns the sum of all regions. */
  Region sum() {
    Region sum = new Region("all", 0, 0, 0, 0);
    for (Region each : memory.regions) {
      sum =
          new Region(
              sum.name,
              sum.dumped + each.dumped,
              sum.mapped + each.mapped,
              sum.copied + each.copied,
              sum.zero + each.zero);
    }
    return sum;
  }
}
