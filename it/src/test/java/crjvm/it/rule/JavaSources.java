package crjvm.it.rule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The dependencies between Java files and between packages, read from the sources. */
final class JavaSources {
  /** The modules whose main sources are the product. */
  static final Set<String> PRODUCT =
      Set.of(
          "agent",
          "api",
          "gradle-plugin",
          "image",
          "maven-plugin",
          "micronaut",
          "oci",
          "quarkus",
          "requests",
          "spring-boot");

  private static final Pattern NOT_CODE =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'"
              + "|//[^\n]*|/\\*(?s:.*?)\\*/");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+);");
  private static final Pattern HEAD = Pattern.compile("(?m)^(?:import|package) .*$");
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|enum|record) ([A-Z]\\w*)");
  private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Z]\\w*");
  private static final Pattern FULL_NAME = Pattern.compile("(?<![\\w.])[a-z]\\w*(?:\\.\\w+)+");

  /** The code by full names of files: the package, a dot, the file's name without its ending. */
  private final Map<String, String> code = new TreeMap<>();

  private final Map<String, Set<String>> uses = new TreeMap<>();

  private JavaSources() {}

  static JavaSources read(List<Path> folders) throws IOException {
    JavaSources sources = new JavaSources();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.add(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    sources.code.forEach((name, text) -> sources.uses.put(name, sources.find(name, text)));
    return sources;
  }

  /** Reads texts, for tests. The arguments are a file's name, its text, and so on. */
  static JavaSources of(String... texts) {
    JavaSources sources = new JavaSources();
    for (int i = 0; i < texts.length; i += 2) {
      sources.add(texts[i], texts[i + 1]);
    }
    sources.code.forEach((name, text) -> sources.uses.put(name, sources.find(name, text)));
    return sources;
  }

  private void add(String file, String text) {
    Matcher matcher = PACKAGE.matcher(text);
    if (!file.equals("package-info.java") && matcher.find()) {
      String name = matcher.group(1) + "." + file.replace(".java", "");
      code.put(name, NOT_CODE.matcher(text).replaceAll(" "));
    }
  }

  private Set<String> find(String file, String text) {
    Set<String> found = new TreeSet<>();
    Set<String> others = new TreeSet<>(); // The file itself says what these names mean.
    IMPORT
        .matcher(text)
        .results()
        .forEach(
            match -> {
              addFile(found, match.group(1));
              others.add(match.group(1).substring(match.group(1).lastIndexOf('.') + 1));
            });
    String body = HEAD.matcher(text).replaceAll("");
    TYPE.matcher(body).results().forEach(match -> others.add(match.group(1)));
    NAME.matcher(body)
        .results()
        .map(match -> match.group())
        .filter(name -> !others.contains(name))
        .forEach(name -> addFile(found, packageOf(file) + "." + name));
    FULL_NAME.matcher(body).results().forEach(match -> addFile(found, match.group()));
    found.remove(file);
    return found;
  }

  /** Adds the file that contains a type, a nested type or a member. */
  private void addFile(Set<String> files, String name) {
    for (String each = name; each.contains("."); each = packageOf(each)) {
      if (code.containsKey(each)) {
        files.add(each);
        return;
      }
    }
  }

  static String packageOf(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }

  /** Returns the files, each with the files that it uses. */
  Map<String, Set<String>> files() {
    return uses;
  }

  /** Returns the packages, each with the packages that it uses. */
  Map<String, Set<String>> packages() {
    Map<String, Set<String>> packages = new TreeMap<>();
    uses.forEach(
        (file, used) -> {
          Set<String> set = packages.computeIfAbsent(packageOf(file), each -> new TreeSet<>());
          used.stream().map(JavaSources::packageOf).forEach(set::add);
          set.remove(packageOf(file));
        });
    return packages;
  }

  /**
   * Returns the names that depend on themselves through others. The names of one circle are
   * together.
   */
  static List<Set<String>> circles(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new HashMap<>();
    uses.keySet().forEach(name -> reached.put(name, reach(name, uses)));
    List<Set<String>> circles = new ArrayList<>();
    Set<String> done = new TreeSet<>();
    for (String name : new TreeSet<>(uses.keySet())) {
      if (done.contains(name) || !reached.get(name).contains(name)) {
        continue;
      }
      Set<String> circle =
          reached.get(name).stream()
              .filter(other -> reached.getOrDefault(other, Set.of()).contains(name))
              .collect(Collectors.toCollection(TreeSet::new));
      circles.add(circle);
      done.addAll(circle);
    }
    return circles;
  }

  private static Set<String> reach(String name, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    Deque<String> left = new ArrayDeque<>(uses.getOrDefault(name, Set.of()));
    while (!left.isEmpty()) {
      String next = left.pop();
      if (reached.add(next)) {
        left.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }
}
