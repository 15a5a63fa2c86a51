package crjvm.requests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The requests that were found, and the reasons why others are left out. */
final class RequestList {
  private final Set<Request> requests = new LinkedHashSet<>();
  private final Map<String, Integer> leftOut = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Adds a request that the list does not have yet. */
  void add(Request request) {
    if (request.isWritable()) {
      requests.add(request);
    } else {
      leaveOut("with texts that mean something else in the file");
    }
  }

  /** Counts a request that is not in the list. */
  void leaveOut(String reason) {
    leaveOut(reason, 1);
  }

  void leaveOut(String reason, int count) {
    leftOut.merge(reason, count, Integer::sum);
  }

  /** Adds a line that the user should read. */
  void note(String line) {
    notes.add(line);
  }

  boolean isEmpty() {
    return requests.isEmpty();
  }

  /** Returns lines about the list for the user. */
  List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add(requests.size() + " requests");
    if (!leftOut.isEmpty()) {
      lines.add(
          leftOut.entrySet().stream()
              .map(each -> each.getValue() + " " + each.getKey())
              .collect(Collectors.joining(", ", "left out: ", "")));
    }
    lines.addAll(notes);
    return lines;
  }

  /**
   * Returns the file's text.
   *
   * @param url the application's address, such as {@code http://localhost:8080}
   */
  String format(String url) {
    StringBuilder text = new StringBuilder();
    text.append("@host = ").append(url).append("\n\n");
    for (Request request : requests) {
      text.append("###\n");
      if (request.isLogin()) {
        text.append("# @name login\n");
      }
      text.append(request.method()).append(" {{host}}").append(request.address()).append('\n');
      for (Request.Header header : request.headers()) {
        text.append(header.name()).append(": ").append(header.value()).append('\n');
      }
      if (!request.body().isEmpty()) {
        text.append('\n').append(request.body()).append('\n');
      }
      text.append('\n');
    }
    return text.toString();
  }
}
