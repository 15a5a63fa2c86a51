package crjvm.it.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The results of a scenario's starts, in the words of the documents' table. */
final class StoreOutcomes {
  private final Map<String, List<String>> starts = new LinkedHashMap<>();

  void add(String outcome, String start) {
    starts.computeIfAbsent(outcome, unused -> new ArrayList<>()).add(start);
  }

  /** Removes the result of a start. */
  void forget(String start) {
    starts.values().forEach(list -> list.remove(start));
    starts.values().removeIf(List::isEmpty);
  }

  /**
   * Returns the cause of a normal start. It is the restorer's whole reason if that is not about
   * files.
   */
  static String cause(String reason) {
    boolean isOfFiles =
        reason.contains("the image is too old: ")
            || reason.contains(" in use by another process")
            || reason.contains(" is locked by another process");
    return isOfFiles ? "refused" : "normal: " + reason;
  }

  @Override
  public String toString() {
    return starts.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
        .collect(Collectors.joining("; "));
  }
}
