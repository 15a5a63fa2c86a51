package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.secret.SecretPolicy;
import crjvm.agent.secret.SecretSearch;
import java.util.List;

/** An image holds what the process was given, secrets included. */
public final class SecretCheck {
  private SecretCheck() {}

  /**
   * Says what looks like a secret, once and before anything has happened.
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
    String list = String.join(", ", names);
    if (policy == SecretPolicy.FAIL) {
      throw new Failure(
          Messages.FAILED,
          "the image would hold what looks like secrets (" + list + ")",
          "start the application without them, or give secrets=warn");
    }
    Console.say(
        "the image will hold what looks like secrets ("
            + list
            + "); make it without them, or give secrets=ignore");
    return names;
  }
}
