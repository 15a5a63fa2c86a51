package crjvm.agent.options;

import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.message.Failure;
import crjvm.agent.secret.SecretPolicy;
import crjvm.image.CpuLevel;
import crjvm.image.StaleFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The agent's options after their check.
 *
 * @param image the image folder as given
 * @param at the warm point
 * @param atText the warm point as given, for messages and for the image
 * @param quiet the longest time to wait for compilation and class loading to calm down; empty:
 *     there is no wait
 * @param helper the path of the helper, if it is not in one of the usual places
 * @param timeLimit the time limit of the dump
 * @param portable the lowest CPU level on which the image must run; empty: it needs a CPU like this
 *     machine's
 * @param reseed whether restored processes get new seeds for generators that the JDK has seeded
 * @param train whether a trial restore finds out which memory the first requests need
 * @param trainingFile the command lines with which a tool is trained
 * @param trainingLimit the time limit of the training runs
 * @param policies a file with rules for open descriptors
 * @param secrets the reaction to secrets that the image would contain
 * @param identity the reaction to values that copies would share
 * @param entry the entry of the launcher's cache that the image belongs to
 * @param every the time between two images of a job; empty: there is one image
 * @param keep the number of these images that are kept; empty without {@code every}
 * @param stale the reaction of a start to a changed file that the application has read
 */
public record Options(
    Path image,
    WarmPoint at,
    String atText,
    Optional<WarmUp> warmUp,
    Optional<Duration> quiet,
    Then then,
    Optional<Path> helper,
    Duration timeLimit,
    Optional<CpuLevel> portable,
    boolean reseed,
    boolean train,
    Optional<Path> trainingFile,
    Duration trainingLimit,
    Optional<Path> policies,
    SecretPolicy secrets,
    IdentityPolicy identity,
    Optional<Path> entry,
    Optional<Duration> every,
    OptionalInt keep,
    StaleFiles stale) {

  /** Returns the options of an agent that is loaded to make an image on request. */
  public static Options onRequest() throws Failure {
    return OptionParser.parse("at=api,quiet=off,then=continue");
  }

  /** The behaviour of the original process after its checkpoint. */
  public enum Then {
    EXIT,
    CONTINUE
  }
}
