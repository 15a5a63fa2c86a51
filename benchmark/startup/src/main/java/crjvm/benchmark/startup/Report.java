package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the Markdown text: a part of a file between two markers, or a new file. */
final class Report {
  private static final String BEGIN = "<!-- begin: written by benchmark/startup/run -->\n";
  private static final String END = "<!-- end: written by benchmark/startup/run -->\n";

  private final Figures figures;
  private final Machine machine;
  private final Settings settings;

  Report(Figures figures, Machine machine, Settings settings) {
    this.figures = figures;
    this.machine = machine;
    this.settings = settings;
  }

  /**
   * Writes the report.
   *
   * @param plots the names of files in the folder of the plots
   */
  void write(Path file, List<String> plots) throws IOException {
    String old = Files.exists(file) ? Files.readString(file) : "# Performance\n\n" + BEGIN + END;
    int begin = old.indexOf(BEGIN);
    int end = old.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException("\"" + file + "\" has no part for the figures");
    }
    StringBuilder text = new StringBuilder(new Tables(figures, machine, settings).text());
    Path beside = file.toAbsolutePath().getParent().relativize(settings.plots.toAbsolutePath());
    text.append("\n");
    for (String plot : plots) {
      String name = plot.replace(".svg", "").replace('-', ' ');
      text.append("![").append(name).append("](").append(beside.resolve(plot)).append(")\n");
    }
    Files.writeString(file, old.substring(0, begin + BEGIN.length()) + text + old.substring(end));
  }
}
