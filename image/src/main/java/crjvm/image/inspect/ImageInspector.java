package crjvm.image.inspect;

import crjvm.image.ImageException;
import crjvm.image.inspect.ImageDescription.Memory;
import crjvm.image.inspect.ImageDescription.Needs;
import crjvm.image.inspect.ImageDescription.Origin;
import crjvm.image.inspect.ImageDescription.Outside;
import crjvm.image.inspect.ImageDescription.Region;
import crjvm.image.inspect.ImageDescription.State;
import crjvm.image.manifest.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the content of an image for users. */
public final class ImageInspector {
  private static final long MEBIBYTE = 1 << 20;

  private final ImageDescription image;
  private final PrintStream out;

  private ImageInspector(ImageDescription image, PrintStream out) {
    this.image = image;
    this.out = out;
  }

  public static void print(Path image, PrintStream out) throws IOException, ImageException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream lines = new PrintStream(text, false, StandardCharsets.UTF_8);
    new ImageInspector(ImageDescription.of(image), lines).print();
    lines.flush();
    text.toString(StandardCharsets.UTF_8).lines().map(Names::visible).forEach(out::println);
  }

  /** Prints the known values that copies share although each copy should have its own. */
  public static void printCommon(Path image, PrintStream out) throws IOException, ImageException {
    List<String> common = ImageDescription.of(image).origin().common();
    common.forEach(each -> out.println("copies have in common: " + Names.visible(each)));
    if (common.isEmpty()) {
      out.println("nothing is known that copies have in common");
    }
  }

  private void print() {
    Origin origin = image.origin();
    out.printf("image       %s%n", image.image());
    line("created", origin.created() + ", warm point " + origin.warmPoint());
    line(
        "signature",
        origin.signature() ? "there is one; verify --require-signature checks it" : "");
    line("command", String.join(" ", origin.command()));
    line("secrets?", String.join(", ", origin.secrets()));
    line("directory", origin.directory());
    printMemory(image.memory());
    printState(image.state());
    printOutside(image.outside());
    printNeeds(image.needs());
  }

  private void line(String name, String value) {
    out.printf("%-11s %s%n", name, value.isEmpty() ? "-" : Names.visible(value));
  }

  private void printMemory(Memory memory) {
    out.printf(
        "%n%-14s %10s %10s %10s %10s   KiB%n", "memory", "dumped", "mapped", "copied", "zero");
    memory.regions().forEach(this::printRow);
    printRow(image.sum());
    out.printf("free heap: %d KiB, among what counts as zero%n", memory.freeHeap() >> 10);
    out.printf("%d mappings, %d copies%n", memory.mappings(), memory.copies());
    if (memory.trained() > 0) {
      out.printf(
          "working set: the first requests write %d KiB, and read %d KiB more of the image%n",
          memory.trained() >> 10, memory.readAhead() >> 10);
    }
    out.println();
  }

  private void printRow(Region region) {
    out.printf(
        "%-14s %10d %10d %10d %10d%n",
        region.name(),
        region.dumped() >> 10,
        region.mapped() >> 10,
        region.copied() >> 10,
        region.zero() >> 10);
  }

  private void printState(State state) {
    String names =
        state.threads().entrySet().stream()
            .map(each -> each.getKey() + (each.getValue() > 1 ? " x" + each.getValue() : ""))
            .collect(Collectors.joining(", "));
    int threads = state.threads().values().stream().mapToInt(Integer::intValue).sum();
    line("threads", threads + ": " + names);
    line("descriptors", Integer.toString(state.descriptors().size()));
    state.descriptors().forEach(each -> out.printf("  %s%n", each));
    line("listening", String.join(", ", state.listening()));
  }

  /** Prints three lists of files, and the names of the settings that the application has read. */
  private void printOutside(Outside outside) {
    printFiles("written", outside.written());
    printFiles("read", outside.read());
    printFiles("may change", outside.mayChange());
    List<String> settings = outside.settings();
    line("settings", settings.isEmpty() ? "" : settings.size() + " that were read");
    settings.forEach(setting -> out.printf("  %s%n", setting));
  }

  private void printFiles(String list, List<String> files) {
    line(list, files.isEmpty() ? "" : files.size() + " files outside of the image");
    files.forEach(file -> out.printf("  %s%n", file));
  }

  /** Returns the memory that a container with the image needs, as part of a sentence. */
  public static String memory(Path image) throws IOException, ImageException {
    return memory(ImageDescription.of(image).needs());
  }

  private static String memory(Needs needs) {
    return mebibytes(needs.memory())
        + " MiB of memory at least, "
        + mebibytes(needs.wholeHeap())
        + " MiB for the whole heap";
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }

  private void printNeeds(Needs needs) {
    out.println();
    line("needs", memory(needs));
    out.printf(
        "%-11s %s%n",
        "",
        Names.visible(needs.machine().name())
            + ", pages of "
            + needs.machine().pageSize()
            + " bytes, addresses of "
            + needs.machine().addressBits()
            + " bits");
    out.printf("%-11s %s%n", "", "JDK " + needs.jdk() + " in " + needs.javaHome());
    out.printf("%-11s %s%n", "", "CPU with " + String.join(" ", needs.cpuFeatures()));
    out.printf(
        "%-11s %s%n",
        "",
        "kernel with "
            + String.join(", ", needs.kernelFeatures())
            + "; made under "
            + needs.kernel());
    out.printf("%-11s %s%n", "", needs.files().size() + " files as they were:");
    needs.files().forEach(file -> out.printf("  %s%n", file));
  }
}
