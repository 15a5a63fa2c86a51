package crjvm.requests;

import java.util.List;

/**
 * A request of the file.
 *
 * @param address the part of the URL after the host, which begins with a slash
 * @param body its text; empty: there is none
 * @param isLogin true if later requests need its answer, so that it is sent only once
 */
record Request(String method, String address, List<Header> headers, String body, boolean isLogin) {
  /** A line of the head. */
  record Header(String name, String value) {}

  static Request get(String address) {
    return new Request("GET", address, List.of(), "", false);
  }

  /**
   * Returns whether the file's format can hold the request, because some texts have another meaning
   * there.
   */
  boolean isWritable() {
    return !address.contains("{{")
        && !body.contains("{{")
        && body.lines().noneMatch(line -> line.matches("(###|[<>] |< \\{%).*"));
  }
}
