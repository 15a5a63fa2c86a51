package crjvm.agent.warmup;

import crjvm.agent.message.Failure;
import crjvm.agent.options.HttpAddress;
import crjvm.agent.warmup.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of HTTP requests as the HTTP clients of editors have them (mostly named {@code *.http}):
 * requests with headers and bodies, lines of three hash signs between them, variables, and names
 * for requests whose answers others need. Scripts are refused.
 */
public final class RequestFile {
  private static final Pattern VARIABLE = Pattern.compile("@([\\w.-]+)\\s*=\\s*(.*)");
  private static final Pattern NAME = Pattern.compile("(?:#|//)\\s*@name\\s*[= ]\\s*([\\w-]+)\\s*");
  private static final Pattern REQUEST =
      Pattern.compile("(?:([A-Z]+)\\s+)?(\\S.*?)(?:\\s+HTTP/[\\d.]+)?");
  private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~\\w-]+):\\s*(.*)");
  private static final String SEPARATOR = "###";

  private final Path file;
  private final List<String> lines;
  private final Conversation conversation;
  private final Set<String> names = new HashSet<>();
  private final List<FileRequest> requests = new ArrayList<>();

  private int next;

  private RequestFile(Path file, List<String> lines, Conversation conversation) {
    this.file = file;
    this.lines = lines;
    this.conversation = conversation;
  }

  /**
   * Reads a file, and checks what can be checked before the first request is sent.
   *
   * @param environment the variables that requests may use as {@code {{$processEnv NAME}}}
   * @return the requests in the order of the file, which share their cookies
   * @throws Failure the file can't be read, has no requests, or a request is wrong
   */
  public static List<? extends WarmUpRequest> read(Path file, Map<String, String> environment)
      throws Failure {
    return new RequestFile(file, lines(file), new Conversation(environment)).parse();
  }

  /**
   * Returns a file's requests with the number of times that each is sent.
   *
   * @param count that number; requests that have a name are sent once
   */
  static List<WarmUpRequest.Repeated> repeated(
      Path file, int count, Map<String, String> environment) throws Failure {
    List<FileRequest> requests =
        new RequestFile(file, lines(file), new Conversation(environment)).parse();
    return requests.stream()
        .map(each -> new WarmUpRequest.Repeated(each, each.name().isPresent() ? 1 : count))
        .toList();
  }

  private static List<String> lines(Path file) throws Failure {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new Failure(
          RequestWarmUp.FAILED, "there is no \"" + file + "\"", "check the path after file:", e);
    } catch (CharacterCodingException e) {
      throw new Failure(
          RequestWarmUp.FAILED, "\"" + file + "\" is not text in UTF-8", "convert it", e);
    } catch (IOException e) {
      throw new Failure(
          RequestWarmUp.FAILED,
          "\"" + file + "\" could not be read (" + e.getMessage() + ")",
          "let the application's user read it",
          e);
    }
  }

  private List<FileRequest> parse() throws Failure {
    defineVariables();
    while (next < lines.size()) {
      parseRequest();
    }
    if (requests.isEmpty()) {
      throw new Failure(
          RequestWarmUp.FAILED,
          "\"" + file + "\" has no requests",
          "write some, such as GET http://localhost:8080/");
    }
    return requests;
  }

  /** Defines the variables of the whole file, which may come after their use. */
  private void defineVariables() {
    for (String line : lines) {
      Matcher variable = VARIABLE.matcher(line);
      if (variable.matches()) {
        conversation.define(variable.group(1), variable.group(2).strip());
      }
    }
  }

  /** Parses up to the next separator. There may be no request before it. */
  private void parseRequest() throws Failure {
    Optional<String> name = Optional.empty();
    for (; next < lines.size(); next++) {
      String line = lines.get(next).strip();
      Matcher named = NAME.matcher(line);
      if (named.matches()) {
        name = Optional.of(named.group(1));
      } else if (isContent(line)) {
        int first = next;
        FileRequest request = parseRequest(name);
        check(request, first);
        name.ifPresent(names::add);
        requests.add(request);
        return;
      }
    }
  }

  private static boolean isContent(String line) {
    return !line.isEmpty() && !isComment(line) && !VARIABLE.matcher(line).matches();
  }

  private static boolean isComment(String line) {
    return line.startsWith("#") || line.startsWith("//");
  }

  private FileRequest parseRequest(Optional<String> name) throws Failure {
    int first = next;
    Matcher request = REQUEST.matcher(lines.get(next++).strip());
    if (!request.matches()) {
      throw wrong(first, "is not a request", "write METHOD URL");
    }
    StringBuilder url = new StringBuilder(request.group(2));
    while (next < lines.size() && lines.get(next).matches("\\s+[?&/].*")) {
      url.append(lines.get(next++).strip());
    }
    List<HttpRequest.Header> headers = parseHeaders();
    FileRequest.Body body = parseBody();
    String method = request.group(1) == null ? "GET" : request.group(1);
    return new FileRequest(conversation, name, method, url.toString(), headers, body);
  }

  /** Parses headers up to an empty line. */
  private List<HttpRequest.Header> parseHeaders() throws Failure {
    List<HttpRequest.Header> headers = new ArrayList<>();
    for (; next < lines.size() && !lines.get(next).startsWith(SEPARATOR); next++) {
      String line = lines.get(next).strip();
      if (line.isEmpty()) {
        next++;
        break;
      }
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        headers.add(new HttpRequest.Header(header.group(1), header.group(2)));
      } else if (!isComment(line)) {
        throw wrong(next, "is not a header", "write NAME: VALUE, and an empty line before a body");
      }
    }
    return headers;
  }

  /** Parses the body up to the next separator, without the empty lines before that. */
  private FileRequest.Body parseBody() throws Failure {
    List<String> text = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (; next < lines.size() && !lines.get(next).startsWith(SEPARATOR); next++) {
      String line = lines.get(next);
      if (line.startsWith("> ") || line.startsWith("< {%")) {
        throw wrong(next, "is a script", "run the file by an HTTP client and warmup=cmd:COMMAND");
      } else if (line.startsWith("< ")) {
        bytes.writeBytes(content(line.substring(2).strip()));
      } else {
        text.add(line);
      }
    }
    while (!text.isEmpty() && text.get(text.size() - 1).isBlank()) {
      text.remove(text.size() - 1);
    }
    if (bytes.size() > 0) {
      return new FileRequest.Body(bytes.toByteArray(), false);
    } else if (text.isEmpty()) {
      return FileRequest.Body.NONE;
    }
    return new FileRequest.Body(
        String.join("\n", text).getBytes(StandardCharsets.UTF_8), /* hasValues= */ true);
  }

  /** Returns the content of a file whose path is relative to this one. */
  private byte[] content(String path) throws Failure {
    try {
      return Files.readAllBytes(file.toAbsolutePath().resolveSibling(path));
    } catch (IOException e) {
      throw wrong(next, "names a file that could not be read", "check its path and permissions");
    }
  }

  /**
   * Checks that earlier requests give the answers that the request needs. If it needs none, its
   * values are filled in, too.
   */
  private void check(FileRequest request, int line) throws Failure {
    String text = request.url() + request.headers() + bodyText(request);
    Set<String> needed = Conversation.neededAnswers(text);
    for (String name : needed) {
      if (!names.contains(name)) {
        throw wrong(line, "needs the answer of \"" + name + "\"", "name an earlier request so");
      }
    }
    if (!needed.isEmpty()) {
      return;
    }
    try {
      request.toSend();
    } catch (IOException e) {
      throw wrong(line, "is a request that can't be sent (" + e.getMessage() + ")", "correct it");
    }
  }

  private static String bodyText(FileRequest request) {
    return request.body().hasValues()
        ? new String(request.body().bytes(), StandardCharsets.UTF_8)
        : "";
  }

  private Failure wrong(int line, String what, String remedy) {
    String text = HttpAddress.withoutUser(lines.get(line).strip());
    return new Failure(
        RequestWarmUp.FAILED,
        "line " + (line + 1) + " of \"" + file + "\" (\"" + text + "\") " + what,
        remedy);
  }
}
