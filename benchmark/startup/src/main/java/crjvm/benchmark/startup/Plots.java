package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Figures.Cell;
import crjvm.benchmark.startup.Figures.Summary;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/**
 * Draws the figures as plots. A point is a median, and its bar reaches from the minimum to the
 * maximum.
 */
final class Plots {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;

  /** Colours that colour-blind people can distinguish, too. */
  private static final List<Color> COLOURS =
      List.of(
          Color.BLACK,
          new Color(0xd55e00),
          new Color(0x56b4e9),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0x0072b2),
          new Color(0xe69f00));

  private static final String HEAP = "heap-";

  private final Figures figures;
  private final Path folder;
  private final List<String> written = new ArrayList<>();

  Plots(Figures figures, Path folder) {
    this.figures = figures;
    this.folder = folder;
  }

  /**
   * Draws the plots.
   *
   * @return the names of the files, in the order in which readers should see them
   */
  List<String> write() throws IOException {
    Files.createDirectories(folder);
    List<String> applications =
        figures.samples().keySet().stream().map(Cell::application).distinct().toList();
    for (String application : applications) {
      if (!application.startsWith(HEAP)) {
        drawStarts(application);
      }
    }
    drawLines(
        "heap",
        "Live objects, MB",
        Figure.FIRST,
        cell -> cell.application().startsWith(HEAP),
        cell -> Double.parseDouble(cell.application().substring(HEAP.length())));
    for (String application : applications) {
      drawLines(
          "copies-" + application,
          "Copies of " + application,
          Figure.PSS,
          cell -> cell.application().equals(application),
          Cell::count);
    }
    return written;
  }

  /** Draws a plot with one position on the x axis for each variant. */
  private void drawStarts(String application) throws IOException {
    List<String> ways = figures.ways(application, Figure.FIRST).toList();
    if (ways.isEmpty()) {
      return;
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    XYIntervalSeries series = new XYIntervalSeries(application);
    for (int i = 0; i < ways.size(); i++) {
      Summary summary = figures.summary(application, ways.get(i), Figure.FIRST, 1).orElseThrow();
      add(series, i, summary);
    }
    data.addSeries(series);
    SymbolAxis x = new SymbolAxis(null, ways.toArray(String[]::new));
    x.setVerticalTickLabels(true);
    x.setGridBandsVisible(false);
    String title = application + ": " + Figure.FIRST.title();
    draw("first-" + application, title, x, logAxis(titleOf(Figure.FIRST)), data);
  }

  private interface Filter {
    boolean test(Cell cell);
  }

  /** Draws a line for each variant. */
  private void drawLines(
      String name, String xTitle, Figure figure, Filter filter, ToDoubleFunction<Cell> x)
      throws IOException {
    Map<String, XYIntervalSeries> lines = new LinkedHashMap<>();
    for (Map.Entry<Cell, List<Double>> entry : figures.samples().entrySet()) {
      Cell cell = entry.getKey();
      if (cell.figure() == figure && filter.test(cell)) {
        XYIntervalSeries line = lines.computeIfAbsent(cell.variant(), XYIntervalSeries::new);
        add(line, x.applyAsDouble(cell), Figures.summary(entry.getValue()));
      }
    }
    if (lines.isEmpty()) {
      return;
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    lines.values().forEach(data::addSeries);
    // Memory adds up. Heaps grow by factors, so their times are compared by factors.
    boolean isSum = figure == Figure.PSS;
    NumberAxis xAxis = isSum ? linearAxis(xTitle) : logAxis(xTitle);
    NumberAxis yAxis = isSum ? linearAxis(titleOf(figure)) : logAxis(titleOf(figure));
    draw(name, xTitle + ": " + figure.title(), xAxis, yAxis, data);
  }

  private static void add(XYIntervalSeries series, double x, Summary summary) {
    series.add(x, x, x, summary.median(), summary.minimum(), summary.maximum());
  }

  private static NumberAxis logAxis(String title) {
    LogarithmicAxis axis = new LogarithmicAxis(title);
    axis.setLog10TickLabelsFlag(false);
    axis.setExpTickLabelsFlag(false);
    axis.setNumberFormatOverride(NumberFormat.getInstance(Locale.ROOT));
    return axis;
  }

  private static NumberAxis linearAxis(String title) {
    NumberAxis axis = new NumberAxis(title);
    axis.setNumberFormatOverride(NumberFormat.getInstance(Locale.ROOT));
    return axis;
  }

  private static String titleOf(Figure figure) {
    return figure.title() + ", " + figure.unit();
  }

  private void draw(
      String name, String title, ValueAxis x, ValueAxis y, XYIntervalSeriesCollection data)
      throws IOException {
    boolean hasLines = data.getSeriesCount() > 1;
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDefaultLinesVisible(hasLines);
    renderer.setDrawXError(false);
    for (int i = 0; i < data.getSeriesCount(); i++) {
      renderer.setSeriesPaint(i, COLOURS.get(i % COLOURS.size()));
    }
    XYPlot plot = new XYPlot(data, x, y, renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
    Font font = new Font(Font.SANS_SERIF, Font.BOLD, 16);
    JFreeChart chart = new JFreeChart(title, font, plot, hasLines);
    chart.setBackgroundPaint(Color.WHITE);
    SVGGraphics2D svg = new SVGGraphics2D(WIDTH, HEIGHT);
    chart.draw(svg, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    String file = name + ".svg";
    Files.writeString(folder.resolve(file), svg.getSVGDocument());
    written.add(file);
  }
}
