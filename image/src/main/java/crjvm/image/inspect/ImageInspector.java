package crjvm.image.inspect;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWorkingSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Prints what is in an image, for people. */
public final class ImageInspector {
  private final Manifest manifest;
  private final PlanFile plan;
  private final PrintStream out;

  private ImageInspector(Path image, PrintStream out) throws IOException, ImageException {
    this.manifest = Manifest.read(image);
    this.plan = PlanFile.read(image.resolve("plan"));
    this.out = out;
  }

  public static void print(Path image, PrintStream out) throws IOException, ImageException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream lines = new PrintStream(text, false, StandardCharsets.UTF_8);
    new ImageInspector(image, lines).print(image);
    lines.flush();
    text.toString(StandardCharsets.UTF_8).lines().map(Names::visible).forEach(out::println);
  }

  private void print(Path image) throws ImageException {
    out.printf("image       %s%n", image.toAbsolutePath().normalize());
    line("created", manifest.require("created") + ", warm point " + manifest.require("warm-point"));
    boolean isSigned = Files.exists(image.resolve(Manifest.SIGNATURE));
    line("signature", isSigned ? "there is one; verify --require-signature checks it" : "");
    line("command", command());
    line("secrets?", String.join(", ", manifest.all(Manifest.SECRET)));
    line("directory", manifest.require("working-directory"));
    printMemory();
    printThreads();
    printDescriptors();
    line("listening", String.join(", ", manifest.all("listening")));
    printOutside();
    printSettings();
    printRequirements();
  }

  private void line(String name, String value) {
    out.printf("%-11s %s%n", name, value.isEmpty() ? "-" : Names.visible(value));
  }

  private String command() {
    StringBuilder command = new StringBuilder();
    for (String key : List.of("command.vm", "command.main", "command.argument")) {
      manifest.all(key).forEach(word -> command.append(command.isEmpty() ? "" : " ").append(word));
    }
    return command.toString();
  }

  private void printMemory() throws ImageException {
    out.printf(
        "%n%-14s %10s %10s %10s %10s   KiB%n", "memory", "dumped", "mapped", "copied", "zero");
    long[] sums = new long[4];
    for (String line : manifest.all(Manifest.REGION)) {
      String[] words = line.split(" ", 5);
      if (words.length != 5) {
        throw new ImageException("the manifest is damaged: \"" + line + "\"");
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Long.parseLong(words[i]);
      }
      printRow(
          words[4],
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]));
    }
    printRow("all", sums[0], sums[1], sums[2], sums[3]);
    long free = Long.parseLong(manifest.first(Manifest.FREE_HEAP).orElse("0"));
    out.printf("free heap: %d KiB, among what counts as zero%n", free >> 10);
    out.printf(
        "%d mappings, %d copies%n", plan.count(PlanSection.AREAS), plan.count(PlanSection.COPIES));
    long trained = plan.workingSet().stream().mapToLong(PlanWorkingSet::size).sum();
    if (trained > 0) {
      out.printf("trained: the first requests write %d KiB%n", trained >> 10);
    }
    out.println();
  }

  private void printRow(String name, long dumped, long mapped, long copied, long zero) {
    out.printf(
        "%-14s %10d %10d %10d %10d%n", name, dumped >> 10, mapped >> 10, copied >> 10, zero >> 10);
  }

  private void printThreads() {
    Map<String, Integer> names = new TreeMap<>();
    for (int i = 0; i < plan.count(PlanSection.THREADS); i++) {
      names.merge(plan.threadName(i), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder();
    names.forEach(
        (name, count) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append(count > 1 ? " x" + count : ""));
    line("threads", plan.count(PlanSection.THREADS) + ": " + text);
  }

  private void printDescriptors() {
    line("descriptors", Integer.toString(plan.count(PlanSection.DESCRIPTORS)));
    for (int i = 0; i < plan.count(PlanSection.DESCRIPTORS); i++) {
      out.printf("  %s%n", plan.descriptor(i));
    }
  }

  /** Three lists: what was written, what was read, and what may change. */
  private void printOutside() {
    Map<String, List<String>> lists = new TreeMap<>();
    for (String file : manifest.all(Manifest.OUTSIDE)) {
      String kind = file.substring(0, Math.max(file.indexOf(' '), 0));
      String list =
          switch (kind) {
            case "read", "absent" -> "read";
            case "written", "folder" -> "written";
            default -> "may change";
          };
      lists.computeIfAbsent(list, name -> new ArrayList<>()).add(file);
    }
    for (String list : List.of("written", "read", "may change")) {
      List<String> files = lists.getOrDefault(list, List.of());
      line(list, files.isEmpty() ? "" : files.size() + " files outside of the image");
      files.forEach(file -> out.printf("  %s%n", file));
    }
  }

  /** A copy that gets others goes by these. */
  private void printSettings() {
    List<String> settings = manifest.all(Manifest.SETTING);
    line("settings", settings.isEmpty() ? "" : settings.size() + " that were read");
    settings.forEach(setting -> out.printf("  %s%n", setting));
  }

  private void printRequirements() throws ImageException {
    out.println();
    line("needs", "JDK " + manifest.require("vm-version") + " in " + manifest.require("java-home"));
    out.printf("%-11s %s%n", "", "CPU with " + manifest.require("cpu-features"));
    out.printf(
        "%-11s %s%n",
        "",
        "kernel with "
            + String.join(", ", manifest.all("kernel-feature"))
            + "; made under "
            + manifest.require("kernel"));
    out.printf("%-11s %s%n", "", manifest.all("requires").size() + " files as they were:");
    for (String file : manifest.all("requires")) {
      out.printf("  %s%n", file.split(" ", 3)[2]);
    }
  }
}
