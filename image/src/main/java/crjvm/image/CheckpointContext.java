package crjvm.image;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Information about the JVM at the checkpoint that CRIU's files do not contain. The agent stores it
 * beside the dump, and the compiler loads it.
 */
public record CheckpointContext(
    Process process, Command command, Runtime runtime, Making making, Risks risks) {

  /**
   * The contents of the process that only the JVM can tell.
   *
   * @param messageDescriptor the descriptor that becomes the restore message
   * @param ignoredDescriptors descriptors that do not belong in the image, such as duplicates of
   *     the standard streams
   * @param ignoredSignals signals that were ignored when the JVM was started; otherwise HotSpot
   *     would have a handler for them
   * @param regions memory that the JVM itself manages, so that mapping it from the image is safe
   * @param perfData the path that the JVM's hsperfdata file had before it was unlinked
   * @param earlierImage the id of the image that the JVM was restored from
   */
  public record Process(
      int messageDescriptor,
      List<Integer> ignoredDescriptors,
      List<Integer> ignoredSignals,
      List<Region> regions,
      Optional<Path> perfData,
      Optional<UUID> earlierImage) {}

  /**
   * The normal start of the application.
   *
   * @param vm the java executable (absolute) and the VM options, without the agent and with
   *     absolute class path entries
   * @param main {@code -jar FILE} or the main class
   * @param arguments the application's arguments at the checkpoint
   * @param workingDirectory an absolute path
   */
  public record Command(
      List<String> vm, List<String> main, List<String> arguments, Path workingDirectory) {}

  /**
   * The JDK and the machine that the application runs on.
   *
   * @param javaHome an absolute path
   * @param vmVersion {@code java.vm.version} with the vendor, which names the JDK build to users
   * @param classPath files that the application's class loaders read later, whether they are open
   *     now or not
   * @param ownFiles files that belong to crjvm (its jar); the image contains them, so that a
   *     restore does not need them
   * @param vmOptions HotSpot's manageable options, as {@code NAME TYPE}
   */
  public record Runtime(
      Path javaHome,
      String vmVersion,
      List<Path> classPath,
      List<Path> ownFiles,
      List<String> vmOptions) {}

  /**
   * The circumstances in which the image is made.
   *
   * @param engineVersion CRIU's version, for users
   * @param warmPoint the agent's {@code at=} option, for users
   * @param warmUp the addresses that the warm-up requested, in order
   * @param portable the level that compiled code was restricted to, or empty if it fits this
   *     machine's CPU
   */
  public record Making(
      String engineVersion, String warmPoint, List<String> warmUp, Optional<String> portable) {}

  /**
   * Facts that users have to know before they give an image to others or restore it.
   *
   * @param secrets the places in which the process was given apparent secrets, for users
   * @param common values that all copies share although each copy should have its own, for users
   * @param stale the rule for a start after a file that was read has changed
   */
  public record Risks(List<String> secrets, List<String> common, StaleFiles stale) {}

  /** The content of a region that is safe to map from the image. */
  public enum RegionKind {
    HEAP("Java heap"),
    CODE_CACHE("code cache"),
    CLASS_SPACE("class space"),
    METASPACE("metaspace"),
    /** The card table and the marking bits. */
    COLLECTOR("collector's tables"),
    MALLOC_ARENA("malloc arenas"),
    /** The main arena of malloc. */
    BRK("malloc (brk)"),
    /** The tables that HotSpot's decoder keeps of a library's file. */
    SYMBOLS("symbol tables"),
    /**
     * Memory that an earlier image had mapped for other reasons: changed pages of file mappings.
     */
    FILE_PAGES("files");

    private final String title;

    RegionKind(String title) {
      this.title = title;
    }

    /** Returns the name that is shown to users. */
    public String title() {
      return title;
    }
  }

  /**
   * A range of addresses.
   *
   * @param start the first byte
   * @param end the byte after the last one
   */
  public record Region(RegionKind kind, long start, long end) {}

  public void store(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("message-descriptor", Integer.toString(process.messageDescriptor()));
    put(
        properties,
        "ignored-descriptor",
        process.ignoredDescriptors().stream().map(String::valueOf).toList());
    put(
        properties,
        "ignored-signal",
        process.ignoredSignals().stream().map(String::valueOf).toList());
    put(properties, "region", process.regions().stream().map(CheckpointContext::format).toList());
    put(properties, "vm-command", command.vm());
    put(properties, "main-command", command.main());
    put(properties, "argument", command.arguments());
    properties.setProperty("working-directory", command.workingDirectory().toString());
    properties.setProperty("java-home", runtime.javaHome().toString());
    properties.setProperty("vm-version", runtime.vmVersion());
    put(properties, "class-path", runtime.classPath().stream().map(Path::toString).toList());
    put(properties, "own-file", runtime.ownFiles().stream().map(Path::toString).toList());
    process.perfData().ifPresent(path -> properties.setProperty("perf-data", path.toString()));
    process.earlierImage().ifPresent(id -> properties.setProperty("earlier-image", id.toString()));
    properties.setProperty("engine-version", making.engineVersion());
    properties.setProperty("warm-point", making.warmPoint());
    making.portable().ifPresent(level -> properties.setProperty("portable", level));
    put(properties, "vm-option", runtime.vmOptions());
    put(properties, "warm-up", making.warmUp());
    put(properties, "secret", risks.secrets());
    put(properties, "common", risks.common());
    properties.setProperty("stale", risks.stale().name());
    try (Writer writer = Files.newBufferedWriter(file)) {
      write(properties, writer);
    }
  }

  /**
   * Writes the properties without the date that {@code Properties.store} adds: a date would settle
   * the application's default time zone in a JVM in which {@code main} has not run yet.
   */
  private static void write(Properties properties, Writer writer) throws IOException {
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      String value =
          properties
              .getProperty(name)
              .replace("\\", "\\\\")
              .replace("\n", "\\n")
              .replace("\r", "\\r")
              .replace("\t", "\\t")
              .replace("\f", "\\f")
              .replaceFirst("^ ", "\\\\ ");
      writer.write(name + "=" + value + "\n");
    }
  }

  public static CheckpointContext load(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new CheckpointContext(
        process(properties),
        new Command(
            get(properties, "vm-command"),
            get(properties, "main-command"),
            get(properties, "argument"),
            Path.of(properties.getProperty("working-directory"))),
        new Runtime(
            Path.of(properties.getProperty("java-home")),
            properties.getProperty("vm-version"),
            get(properties, "class-path").stream().map(Path::of).toList(),
            get(properties, "own-file").stream().map(Path::of).toList(),
            get(properties, "vm-option")),
        new Making(
            properties.getProperty("engine-version", "unknown"),
            properties.getProperty("warm-point"),
            get(properties, "warm-up"),
            Optional.ofNullable(properties.getProperty("portable"))),
        new Risks(
            get(properties, "secret"),
            get(properties, "common"),
            StaleFiles.valueOf(properties.getProperty("stale", StaleFiles.WARN.name()))));
  }

  private static Process process(Properties properties) {
    return new Process(
        Integer.parseInt(properties.getProperty("message-descriptor")),
        get(properties, "ignored-descriptor").stream().map(Integer::valueOf).toList(),
        get(properties, "ignored-signal").stream().map(Integer::valueOf).toList(),
        get(properties, "region").stream().map(CheckpointContext::parse).toList(),
        Optional.ofNullable(properties.getProperty("perf-data")).map(Path::of),
        Optional.ofNullable(properties.getProperty("earlier-image")).map(UUID::fromString));
  }

  private static String format(Region region) {
    return region.kind()
        + " "
        + Long.toHexString(region.start())
        + " "
        + Long.toHexString(region.end());
  }

  private static Region parse(String text) {
    String[] parts = text.split(" ", 3);
    return new Region(
        RegionKind.valueOf(parts[0]),
        Long.parseUnsignedLong(parts[1], 16),
        Long.parseUnsignedLong(parts[2], 16));
  }

  private static void put(Properties properties, String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      properties.setProperty(name + "." + i, values.get(i));
    }
  }

  private static List<String> get(Properties properties, String name) {
    List<String> values = new ArrayList<>();
    for (String value; (value = properties.getProperty(name + "." + values.size())) != null; ) {
      values.add(value);
    }
    return values;
  }
}
