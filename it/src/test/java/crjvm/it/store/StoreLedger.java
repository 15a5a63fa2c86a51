package crjvm.it.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The numbers that a store must have: all that it has acknowledged, once each, and nothing else.
 */
final class StoreLedger {
  private final Set<Integer> acknowledged = new TreeSet<>();
  private final Set<Integer> taken = new TreeSet<>();
  private final Set<Integer> doubtful = new TreeSet<>();
  private int last;

  /** Returns the first of several numbers that nobody has used yet. */
  int next(int count) {
    int first = last + 1;
    last += count;
    return first;
  }

  void acknowledge(Collection<Integer> numbers) {
    acknowledged.addAll(numbers);
  }

  /**
   * Marks a number that was being added when the server was killed: it is there for good, or never.
   */
  void doubt(int number) {
    doubtful.add(number);
  }

  void take(Collection<Integer> numbers) {
    taken.addAll(numbers);
  }

  int size() {
    return acknowledged.size() - taken.size();
  }

  /**
   * Compares with the numbers that are there, and returns the errors. It decides about the doubtful
   * numbers.
   */
  List<String> compare(List<Integer> there) {
    List<String> faults = new ArrayList<>();
    Set<Integer> expected = new TreeSet<>(acknowledged);
    expected.removeAll(taken);
    Set<Integer> found = new HashSet<>();
    Set<Integer> twice = new TreeSet<>();
    Set<Integer> back = new TreeSet<>();
    Set<Integer> strange = new TreeSet<>();
    for (int number : there) {
      if (!found.add(number)) {
        twice.add(number);
      } else if (taken.contains(number)) {
        back.add(number);
      } else if (doubtful.contains(number)) {
        acknowledged.add(number);
      } else if (!expected.contains(number)) {
        strange.add(number);
      }
    }
    doubtful.clear();
    expected.removeAll(found);
    addTo(faults, "lost", expected);
    addTo(faults, "there twice", twice);
    addTo(faults, "taken and back again", back);
    addTo(faults, "never sent", strange);
    return faults;
  }

  private static void addTo(List<String> faults, String what, Set<Integer> numbers) {
    if (!numbers.isEmpty()) {
      faults.add(numbers.size() + " " + what + ": " + ranges(numbers));
    }
  }

  private static String ranges(Set<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    int first = 0;
    for (int number : numbers) {
      first = numbers.contains(number - 1) ? first : number;
      if (!numbers.contains(number + 1)) {
        ranges.add(first == number ? "" + number : first + " to " + number);
      }
    }
    return String.join(", ", ranges);
  }
}
