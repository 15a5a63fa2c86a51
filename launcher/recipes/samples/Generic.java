import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Generics, lambdas, records, sealed types and text blocks. */
public class Generic<K extends Comparable<K>, V> {
  sealed interface Tree permits Leaf, Node {}

  record Leaf(int value) implements Tree {}

  record Node(Tree left, Tree right) implements Tree {}

  private final Map<K, List<V>> values = new HashMap<>();

  void add(K key, V value) {
    values.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
  }

  <R> Map<K, List<R>> map(Function<? super V, ? extends R> function) {
    return values.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().stream().<R>map(function).collect(Collectors.toList())));
  }

  static int sum(Tree tree) {
    if (tree instanceof Leaf leaf) {
      return leaf.value();
    }
    Node node = (Node) tree;
    return sum(node.left()) + sum(node.right());
  }

  static String text(int day) {
    String name =
        switch (day) {
          case 1, 7 -> "weekend";
          case 2, 3, 4, 5, 6 -> {
            int left = 7 - day;
            yield "work, " + left + " to go";
          }
          default -> throw new IllegalArgumentException("day " + day);
        };
    return """
        {
          "day": "%s"
        }
        """
        .formatted(name);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static List raw(List list) {
    list.add("one");
    try {
      return (List<String>) list;
    } finally {
      list.clear();
    }
  }
}
