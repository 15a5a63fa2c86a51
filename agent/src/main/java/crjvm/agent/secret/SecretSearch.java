package crjvm.agent.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A search for secrets in the environment, the properties and the arguments of a process. It
 * reports names and never values: {@code environment NAME}, {@code property NAME}, {@code argument
 * NAME} or {@code argument NUMBER}.
 */
public final class SecretSearch {
  private static final String ENVIRONMENT = "environment";
  private static final String PROPERTY = "property";
  private static final String ARGUMENT = "argument";

  private final List<String> found = new ArrayList<>();

  private SecretSearch() {}

  /** Searches this process, with its present environment and properties. */
  public static List<String> ofThisProcess(List<String> arguments) {
    Map<String, String> properties = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      // These properties repeat the arguments.
      if (!name.equals("sun.java.command") && !name.startsWith("crjvm.args")) {
        properties.put(name, System.getProperty(name, ""));
      }
    }
    return find(new TreeMap<>(System.getenv()), properties, arguments);
  }

  public static List<String> find(
      Map<String, String> environment, Map<String, String> properties, List<String> arguments) {
    SecretSearch search = new SecretSearch();
    search.look(ENVIRONMENT, environment);
    search.look(PROPERTY, properties);
    search.look(arguments);
    return List.copyOf(search.found);
  }

  private void look(String kind, Map<String, String> values) {
    values.forEach(
        (name, value) -> {
          if (SecretPattern.matches(name, value)) {
            found.add(kind + " " + printable(name));
          }
        });
  }

  /**
   * Searches arguments of the forms {@code --name=value} and {@code --name value}, and plain
   * values.
   */
  private void look(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      boolean hasNext = i + 1 < arguments.size();
      if (argument.startsWith("-") && equals < 0 && hasNext) {
        if (SecretPattern.isName(argument)
            && SecretPattern.matches(argument, arguments.get(i + 1))) {
          found.add(ARGUMENT + " " + printable(argument));
          i++;
        }
      } else if (equals > 0
          && SecretPattern.matches(argument.substring(0, equals), argument.substring(equals + 1))) {
        found.add(ARGUMENT + " " + printable(argument.substring(0, equals)));
      } else if (SecretPattern.isValue(argument)) {
        found.add(ARGUMENT + " " + (i + 1));
      }
    }
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
