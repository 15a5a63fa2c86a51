package crjvm.agent.policy;

import crjvm.agent.os.process.OpenFile;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A parser of rules that consist of {@code key: value} lines. As in CRaC's files, {@code ---}
 * separates two rules. {@code keep} is crjvm's own word for CRaC's {@code ignore}.
 */
final class PolicyParser {
  private static final Map<String, Action> ACTIONS =
      Map.of(
          "error", Action.ERROR,
          "keep", Action.KEEP,
          "ignore", Action.KEEP,
          "reopen", Action.KEEP, // files are opened again at their position, sockets bound again
          "close", Action.CLOSE);

  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "file", Set.of("path", "when"),
          "pipe", Set.of(),
          "socket",
              Set.of(
                  "family",
                  "localaddress",
                  "remoteaddress",
                  "localport",
                  "remoteport",
                  "localpath",
                  "remotepath"),
          "filedescriptor", Set.of("value", "regex"));

  private static final Set<String> COMMON = Set.of("type", "action", "warn");

  private final List<Rule> rules = new ArrayList<>();
  private final Map<String, PolicyValue> values = new LinkedHashMap<>();

  List<Rule> parse(List<String> lines) throws PolicyException {
    int number = 0;
    for (String line : lines) {
      number++;
      String text = line.strip();
      if (text.equals("---")) {
        finishRule(number);
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        addValue(number, text);
      }
    }
    finishRule(number);
    return List.copyOf(rules);
  }

  private void addValue(int number, String text) throws PolicyException {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw new PolicyException(number, "\"" + text + "\" is not \"key: value\"");
    }
    String key = text.substring(0, colon).strip();
    String value = unquoted(text.substring(colon + 1).strip());
    if (value.isEmpty()) {
      throw new PolicyException(number, "\"" + key + "\" has no value");
    }
    if (values.put(key.toLowerCase(Locale.ROOT), new PolicyValue(number, value)) != null) {
      throw new PolicyException(number, "\"" + key + "\" is there twice; is a --- missing?");
    }
  }

  /** Removes quotes. YAML needs them around a value that begins with an asterisk. */
  private static String unquoted(String value) {
    boolean isQuoted =
        value.length() > 1
            && (value.startsWith("\"") && value.endsWith("\"")
                || value.startsWith("'") && value.endsWith("'"));
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  private void finishRule(int line) throws PolicyException {
    if (values.isEmpty()) {
      return;
    }
    PolicyValue typeValue = required("type", line);
    String type = typeValue.value().toLowerCase(Locale.ROOT);
    Set<String> keys = KEYS.get(type);
    if (keys == null) {
      throw new PolicyException(
          typeValue.line(),
          "type \"" + type + "\" is not one of file, pipe, socket, filedescriptor");
    }
    for (Map.Entry<String, PolicyValue> entry : values.entrySet()) {
      if (!keys.contains(entry.getKey()) && !COMMON.contains(entry.getKey())) {
        throw new PolicyException(
            entry.getValue().line(), "\"" + entry.getKey() + "\" is not a key of a " + type);
      }
    }
    PolicyValue actionValue = required("action", line);
    Action action = ACTIONS.get(actionValue.value().toLowerCase(Locale.ROOT));
    if (action == null) {
      throw new PolicyException(
          actionValue.line(),
          "action \""
              + actionValue.value()
              + "\" is not one of error, keep, ignore, reopen, close");
    }
    rules.add(new Rule(condition(type), files(action), action));
    values.clear();
  }

  /** Returns the files that may change after the checkpoint, if the rule is about these. */
  private Optional<PathMatcher> files(Action action) throws PolicyException {
    PolicyValue when = values.get("when");
    if (when == null) {
      return Optional.empty();
    } else if (!when.value().equalsIgnoreCase("changed")) {
      throw new PolicyException(when.line(), "when \"" + when.value() + "\" is not changed");
    } else if (action != Action.KEEP) {
      throw new PolicyException(when.line(), "\"when: changed\" goes with \"action: keep\" only");
    }
    PolicyValue path = values.get("path");
    return Optional.of(path == null ? file -> true : Conditions.matcher(path));
  }

  private PolicyValue required(String key, int line) throws PolicyException {
    PolicyValue value = values.get(key);
    if (value == null) {
      throw new PolicyException(line, "the rule that ends here has no \"" + key + "\"");
    }
    return value;
  }

  private Predicate<OpenFile> condition(String type) throws PolicyException {
    return switch (type) {
      case "file" -> Conditions.file(values.get("path"));
      case "pipe" -> Conditions.pipe();
      case "socket" -> SocketConditions.of(values);
      default -> Conditions.descriptor(values.get("value"), values.get("regex"));
    };
  }
}
