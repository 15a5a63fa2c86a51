package crjvm.agent.warmup;

import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The state that requests of a file share: variables, cookies, and the answers of requests that
 * have names. Several threads may use it.
 */
final class Conversation {
  private static final Pattern VALUE = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
  private static final Pattern ANSWER =
      Pattern.compile(
          "([\\w-]+)\\.response\\.(?:headers\\.([\\w-]+)|body\\.(" + JsonPath.FORM + "))");

  /** The largest depth of variables that use other variables. */
  private static final int MOST_LEVELS = 10;

  private static final int RANDOM_BOUND = 1000;

  private final Map<String, String> environment;
  private final Map<String, String> variables = new ConcurrentHashMap<>();
  private final CookieManager cookies = new CookieManager();
  private final Map<String, HttpAnswer> answers = new ConcurrentHashMap<>();

  Conversation(Map<String, String> environment) {
    this.environment = environment;
  }

  void define(String name, String value) {
    variables.put(name, value);
  }

  /** Returns the text with the values in place of the double braces. */
  String fill(String text) throws IOException {
    return fill(text, 0);
  }

  private String fill(String text, int level) throws IOException {
    if (level > MOST_LEVELS) {
      throw new IOException("its variables use each other");
    }
    Matcher matcher = VALUE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = fill(value(matcher.group(1)), level + 1);
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  /** Returns the names of the requests whose answers a text needs. */
  static Set<String> neededAnswers(String text) {
    return VALUE
        .matcher(text)
        .results()
        .map(value -> ANSWER.matcher(value.group(1)))
        .filter(Matcher::matches)
        .map(answer -> answer.group(1))
        .collect(Collectors.toSet());
  }

  private String value(String name) throws IOException {
    if (name.startsWith("$")) {
      return systemValue(name.split("\\s+"));
    }
    String variable = variables.get(name);
    if (variable != null) {
      return variable;
    }
    Matcher matcher = ANSWER.matcher(name);
    if (!matcher.matches()) {
      throw new IOException("\"{{" + name + "}}\" has no value");
    }
    HttpAnswer answer = answers.get(matcher.group(1));
    String found =
        answer == null
            ? null
            : matcher.group(2) != null
                ? header(answer, matcher.group(2))
                : new JsonPath(matcher.group(3)).find(answer.body());
    if (found == null) {
      throw new IOException("\"{{" + name + "}}\" is not in an answer so far");
    }
    return found;
  }

  private static String header(HttpAnswer answer, String name) {
    return answer.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(HttpRequest.Header::value)
        .findFirst()
        .orElse(null);
  }

  private String systemValue(String[] words) throws IOException {
    switch (words[0]) {
      case "$processEnv":
        String value = words.length == 2 ? environment.get(words[1]) : null;
        if (value == null) {
          throw new IOException(
              "\"{{" + String.join(" ", words) + "}}\" is not in the environment");
        }
        return value;
      case "$guid", "$uuid", "$random.uuid":
        return UUID.randomUUID().toString();
      case "$timestamp":
        return Long.toString(Instant.now().getEpochSecond());
      case "$randomInt":
        return Integer.toString(random(words));
      default:
        throw new IOException("\"{{" + words[0] + "}}\" is not a value that crjvm knows");
    }
  }

  private static int random(String[] words) throws IOException {
    try {
      int from = words.length == 3 ? Integer.parseInt(words[1]) : 0;
      int bound = words.length == 3 ? Integer.parseInt(words[2]) : RANDOM_BOUND;
      return ThreadLocalRandom.current().nextInt(from, bound);
    } catch (IllegalArgumentException e) {
      throw new IOException("\"{{" + String.join(" ", words) + "}}\" is not a range", e);
    }
  }

  /** Returns the header with the cookies that earlier answers have set for the address. */
  List<HttpRequest.Header> cookies(URI url) throws IOException {
    List<HttpRequest.Header> headers = new ArrayList<>();
    cookies
        .get(url, Map.of())
        .forEach(
            (name, values) -> {
              if (!values.isEmpty()) {
                headers.add(new HttpRequest.Header(name, String.join("; ", values)));
              }
            });
    return headers;
  }

  /** Keeps an answer's cookies, and the answer under the request's name. */
  void note(Optional<String> name, URI url, HttpAnswer answer) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpRequest.Header header : answer.headers()) {
      headers.computeIfAbsent(header.name(), any -> new ArrayList<>()).add(header.value());
    }
    cookies.put(url, headers);
    name.ifPresent(own -> answers.put(own, answer));
  }
}
