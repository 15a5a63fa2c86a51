package crjvm.maven;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The report of {@code crjvm doctor --json} on making images.
 *
 * @param possible true if this user can make images on this machine
 * @param obstacles the obstacles, each with its remedy
 */
record Doctor(boolean possible, List<String> obstacles) {
  /**
   * Parses the report.
   *
   * @throws IOException if the text is not a report of doctor
   */
  static Doctor parse(String json) throws IOException {
    Map<String, Object> checkpoint = object(JSON.std.mapFrom(json).get("checkpoint"));
    List<String> obstacles = new ArrayList<>();
    for (Object each : list(checkpoint.get("findings"))) {
      Map<String, Object> finding = object(each);
      if ("no".equals(finding.get("state"))) {
        obstacles.add(Objects.toString(finding.get("text")));
      }
    }
    return new Doctor(Boolean.TRUE.equals(checkpoint.get("possible")), List.copyOf(obstacles));
  }

  private static Map<String, Object> object(Object value) throws IOException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IOException("\"" + value + "\" is not a JSON object");
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((key, each) -> object.put(Objects.toString(key), each));
    return object;
  }

  private static List<?> list(Object value) throws IOException {
    if (!(value instanceof List<?> list)) {
      throw new IOException("\"" + value + "\" is not a JSON array");
    }
    return list;
  }

  /** Returns the reason why no images can be made here, in one line. */
  String reason() {
    if (obstacles.isEmpty()) {
      return "crjvm doctor does not say why";
    }
    return obstacles.get(0)
        + (obstacles.size() == 1 ? "" : " (and " + (obstacles.size() - 1) + " more: crjvm doctor)");
  }
}
