package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.identity.Identities;
import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.identity.value.Found;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import crjvm.agent.message.Messages;
import crjvm.agent.randomness.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A check for values that all copies of an image would share, although each copy has to be
 * recognisable as a process of its own.
 */
public final class IdentityCheck {
  private final IdentityPolicy policy;
  private final Optional<Randomness> randomness;
  private final Optional<Identities> identities;

  public IdentityCheck(
      IdentityPolicy policy, Optional<Randomness> randomness, Optional<Identities> identities) {
    this.policy = policy;
    this.randomness = randomness;
    this.identities = identities;
  }

  /**
   * Reports the values that copies would have in common, before the checkpoint has disturbed the
   * application.
   *
   * @return descriptions of these values for the manifest: those of generators and of libraries,
   *     and with {@code LIST} those in fields of the application
   */
  public List<String> check() throws Failure {
    if (policy == IdentityPolicy.IGNORE) {
      return List.of();
    }
    List<String> common = new ArrayList<>();
    for (String generator : checkRandomness()) {
      common.add("the next random numbers of " + generator);
    }
    if (identities.isEmpty()) {
      return common;
    }
    Found found = identities.get().look();
    checkShared(found);
    common.addAll(found.shared());
    if (policy == IdentityPolicy.LIST) {
      common.addAll(sayWhatLooksLikeIt(identities.get()));
    }
    return common;
  }

  /**
   * Refuses objects with which copies would do harm. A checkpoint calls this after the callbacks,
   * which may have closed them.
   */
  public void refuse() throws Failure {
    if (policy == IdentityPolicy.IGNORE || identities.isEmpty()) {
      return;
    }
    Found found = identities.get().look();
    if (!found.refused().isEmpty()) {
      throw new Failure(
          Messages.FAILED,
          "copies would do harm with " + String.join(", ", found.refused()),
          "close it in beforeCheckpoint and make another one in afterRestore");
    }
  }

  /**
   * Reports the values that a checkpoint would report, and also those that only look like an
   * identity.
   */
  public void list() throws Failure {
    check();
    if (identities.isPresent() && policy != IdentityPolicy.LIST) {
      sayWhatLooksLikeIt(identities.get());
    }
  }

  private static Set<String> sayWhatLooksLikeIt(Identities identities) {
    Set<String> values = Set.of();
    try {
      values = identities.values();
    } catch (ReflectiveOperationException e) {
      JdkLack.lose("values that copies will have in common are not looked for", e);
    }
    for (String value : values) {
      Console.say("copies will have in common: " + value + "; create it again in afterRestore");
    }
    return values;
  }

  /** Returns the generators whose numbers copies may repeat. */
  private List<String> checkRandomness() throws Failure {
    Map<String, Integer> unknown;
    try {
      unknown = randomness.isPresent() ? randomness.get().unknown() : Map.of();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // The field is the JDK's own.
    }
    List<String> generators =
        unknown.entrySet().stream()
            .map(each -> each.getKey() + " (" + each.getValue() + ")")
            .toList();
    if (generators.isEmpty()) {
      return generators;
    }
    String list = String.join(", ", generators);
    if (policy == IdentityPolicy.FAIL) {
      throw new Failure(
          Messages.FAILED,
          "copies may repeat each other's random numbers of " + list,
          "use another SecureRandom, or seed it in afterRestore and give identity=ignore");
    }
    Console.say(
        "copies may repeat each other's random numbers of "
            + list
            + ", which crjvm does not know; use another SecureRandom, or seed it in afterRestore");
    return generators;
  }

  private void checkShared(Found found) throws Failure {
    if (found.shared().isEmpty()) {
      return;
    }
    String list = String.join(", ", found.shared());
    if (policy == IdentityPolicy.FAIL) {
      throw new Failure(
          Messages.FAILED,
          "copies would have in common: " + list,
          "create it again in afterRestore and give identity=ignore");
    }
    Console.say("copies will have in common: " + list + "; create it again in afterRestore");
  }
}
