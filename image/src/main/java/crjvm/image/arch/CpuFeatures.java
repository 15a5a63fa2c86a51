package crjvm.image.arch;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Instruction set extensions that compiled code or the C library may have chosen at the dump: the
 * kernel's name for each (file /proc/cpuinfo) and its bit. Other extensions do not matter to user
 * code.
 *
 * <p>The restorer's cpu_features.h of each machine has the same list, and a test compares them.
 */
public final class CpuFeatures {
  private record Bit(int word, int bit) {}

  private final String line;
  private final List<String> words;
  private final Map<String, Bit> bits = new HashMap<>();

  /**
   * Begins an empty list.
   *
   * @param line the beginning of the line of /proc/cpuinfo that has the names
   * @param words the names of the words with bits, in the order of enum plan_cpu_word
   */
  public CpuFeatures(String line, String... words) {
    this.line = line;
    this.words = List.of(words);
  }

  /**
   * Adds features of one word.
   *
   * @param bitsAndNames {@code BIT:NAME}, separated by spaces
   */
  public CpuFeatures add(String word, String bitsAndNames) {
    for (String each : bitsAndNames.split(" ")) {
      int colon = each.indexOf(':');
      bits.put(
          each.substring(colon + 1),
          new Bit(words.indexOf(word), Integer.parseInt(each.substring(0, colon))));
    }
    return this;
  }

  /** Returns the beginning of the line of /proc/cpuinfo that has the names. */
  public String line() {
    return line;
  }

  /** Returns whether code may depend on a feature of this name. */
  public boolean matters(String name) {
    return bits.containsKey(name);
  }

  /** Returns the kernel's name of a feature, if code may depend on it. */
  public Optional<String> name(int word, int bit) {
    Bit wanted = new Bit(word, bit);
    return bits.entrySet().stream()
        .filter(each -> each.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Returns the plan's words for a set of features with the kernel's names. Unknown features are
   * left out.
   */
  public long[] words(Collection<String> names) {
    long[] set = new long[words.size()];
    for (String name : names) {
      Bit bit = bits.get(name);
      if (bit != null) {
        set[bit.word()] |= 1L << bit.bit();
      }
    }
    return set;
  }

  /** Returns all features in the form of cpu_features.h: word and bit of each name. */
  public Map<String, String> all() {
    Map<String, String> all = new HashMap<>();
    bits.forEach((name, bit) -> all.put(name, words.get(bit.word()) + " " + bit.bit()));
    return all;
  }
}
