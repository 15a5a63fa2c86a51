package crjvm.agent.restore;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists of names for lines on stderr. */
final class Names {
  private Names() {}

  /** {@code 2 set (A, B)}, in order; control characters would break the line. */
  static String count(Collection<?> names, String what) {
    return names.stream()
        .map(name -> name.toString().replaceAll("\\p{Cntrl}", "?"))
        .sorted()
        .collect(Collectors.joining(", ", names.size() + " " + what + " (", ")"));
  }
}
