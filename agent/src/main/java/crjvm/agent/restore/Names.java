package crjvm.agent.restore;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists of names for messages. */
final class Names {
  private Names() {}

  /**
   * Returns text such as {@code 2 set (A, B)}, in order. Control characters would break the line,
   * so they are replaced.
   */
  static String count(Collection<?> names, String what) {
    return names.stream()
        .map(name -> name.toString().replaceAll("\\p{Cntrl}", "?"))
        .sorted()
        .collect(Collectors.joining(", ", names.size() + " " + what + " (", ")"));
  }
}
