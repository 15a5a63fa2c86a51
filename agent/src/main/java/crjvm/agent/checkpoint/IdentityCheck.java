package crjvm.agent.checkpoint;

import crjvm.agent.identity.Found;
import crjvm.agent.identity.Identities;
import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import crjvm.agent.randomness.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Copies of an image are processes of their own, and others have to see that. */
final class IdentityCheck {
  private final IdentityPolicy policy;

  private IdentityCheck(IdentityPolicy policy) {
    this.policy = policy;
  }

  /**
   * Says what copies would have in common, once and before anything has happened.
   *
   * @return this, for the manifest: as far as libraries have it, and with {@code LIST} what fields
   *     of the application seem to have
   */
  static List<String> check(Checkpointer.Settings settings) throws Failure {
    if (settings.identity() == IdentityPolicy.IGNORE) {
      return List.of();
    }
    IdentityCheck check = new IdentityCheck(settings.identity());
    check.checkRandomness(settings.randomness());
    if (settings.identities().isEmpty()) {
      return List.of();
    }
    Found found = settings.identities().get().look();
    check.checkShared(found);
    List<String> common = new ArrayList<>(found.shared());
    if (settings.identity() == IdentityPolicy.LIST) {
      common.addAll(sayWhatLooksLikeIt(settings.identities().get()));
    }
    return common;
  }

  /** After the callbacks, which may have closed what copies would do harm with. */
  static void refuse(Checkpointer.Settings settings) throws Failure {
    if (settings.identity() == IdentityPolicy.IGNORE || settings.identities().isEmpty()) {
      return;
    }
    Found found = settings.identities().get().look();
    if (!found.refused().isEmpty()) {
      throw new Failure(
          Messages.FAILED,
          "copies would do harm with " + String.join(", ", found.refused()),
          "close it in beforeCheckpoint and make another one in afterRestore");
    }
  }

  /** For who asks what a checkpoint would find: also what only looks like something. */
  static void list(Checkpointer.Settings settings) throws Failure {
    check(settings);
    if (settings.identities().isPresent() && settings.identity() != IdentityPolicy.LIST) {
      sayWhatLooksLikeIt(settings.identities().get());
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
      Console.say("copies will have in common: " + value + "; make it anew in afterRestore");
    }
    return values;
  }

  private void checkRandomness(Optional<Randomness> randomness) throws Failure {
    Map<String, Integer> unknown;
    try {
      unknown = randomness.isPresent() ? randomness.get().unknown() : Map.of();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // the JDK's own field
    }
    if (unknown.isEmpty()) {
      return;
    }
    String list =
        unknown.entrySet().stream()
            .map(each -> each.getKey() + " (" + each.getValue() + ")")
            .collect(Collectors.joining(", "));
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
          "make it anew in afterRestore and give identity=ignore");
    }
    Console.say("copies will have in common: " + list + "; make it anew in afterRestore");
  }
}
