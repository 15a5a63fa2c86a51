package crjvm.benchmark.startup;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Checks the answers of all starts of an application against that of its first start. */
final class Answers {
  private final Map<String, String> first = new HashMap<>();

  void check(Application application, byte[] body) throws Failure {
    String answer = new String(body, StandardCharsets.UTF_8);
    if (!answer.contains(application.expected())) {
      throw new Failure("there is no \"" + application.expected() + "\" in the answer");
    }
    String fixed =
        application.variable().isEmpty() ? answer : answer.replaceAll(application.variable(), "#");
    String known = first.putIfAbsent(application.name(), fixed);
    if (known != null && !known.equals(fixed)) {
      throw new Failure("the answer is not that of the first start");
    }
  }
}
