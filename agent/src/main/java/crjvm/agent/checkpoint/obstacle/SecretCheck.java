package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.secret.SecretPolicy;
import crjvm.agent.secret.SecretSearch;
import java.util.List;

/**
 * A check for secrets. An image contains everything that the process was given, including secrets.
 */
public final class SecretCheck {
  private SecretCheck() {}

  /**
   * Reports values that look like secrets, before the checkpoint has disturbed the application.
   *
   * @return the names, for the manifest
   */
  public static List<String> check(SecretPolicy policy, List<String> arguments) throws Failure {
    if (policy == SecretPolicy.IGNORE) {
      return List.of();
    }
    List<String> names = SecretSearch.ofThisProcess(arguments);
    if (names.isEmpty()) {
      return names;
    }
    if (policy == SecretPolicy.FAIL) {
      throw refusal(names);
    }
    Console.say(
        "the image will hold what looks like secrets ("
            + String.join(", ", names)
            + "); make it without them, or give secrets=ignore");
    return names;
  }

  static Failure refusal(List<String> names) {
    return new Failure(
        Messages.FAILED,
        "the image would hold what looks like secrets (" + String.join(", ", names) + ")",
        "start the application without them, or give secrets=warn");
  }
}
