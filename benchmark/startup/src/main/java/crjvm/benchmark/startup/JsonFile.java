package crjvm.benchmark.startup;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import crjvm.benchmark.startup.Figures.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes all samples of a run, so that users can compute other figures from them. */
final class JsonFile {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private final Figures figures;
  private final Machine machine;

  JsonFile(Figures figures, Machine machine) {
    this.figures = figures;
    this.machine = machine;
  }

  void write(Path file) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine.facts());
    List<Map<String, Object>> cells = new ArrayList<>();
    for (Map.Entry<Cell, List<Double>> entry : figures.samples().entrySet()) {
      Cell cell = entry.getKey();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("application", cell.application());
      one.put("variant", cell.variant());
      one.put("figure", cell.figure().title());
      one.put("unit", cell.figure().unit());
      one.put("copies", cell.count());
      one.put("samples", entry.getValue());
      cells.add(one);
    }
    all.put("figures", cells);
    all.put("missing", figures.missing());
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, GSON.toJson(all) + "\n");
  }
}
