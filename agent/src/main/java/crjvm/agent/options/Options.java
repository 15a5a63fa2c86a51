package crjvm.agent.options;

import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.message.Failure;
import crjvm.agent.secret.SecretPolicy;
import crjvm.image.StaleFiles;
import crjvm.image.arch.CpuLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The agent's options, checked.
 *
 * @param image the image folder, as given
 * @param at the warm point
 * @param atText the warm point as given, for messages and for the image
 * @param quiet how long to wait for compilation and class loading to calm down; empty: not at all
 * @param helper the helper, if not one of the usual places
 * @param timeLimit of the dump
 * @param portable the least CPU that the image is to run on; empty: one like this machine's
 * @param reseed whether restored processes get new seeds for what the JDK had seeded
 * @param train whether a trial restore shows which memory the first requests need
 * @param trainingFile the command lines that a tool is trained with
 * @param trainingLimit how long their runs may go on
 * @param policies a file with rules for open descriptors
 * @param secrets what is to happen when the image would hold some
 * @param identity what is to happen when copies would be taken for each other
 * @param entry of the launcher's cache, which the image is for
 * @param every how long a job goes on between two of its images; empty: there is one
 * @param keep how many of them stay; empty without {@code every}
 * @param stale what becomes of a start when a file that the application has read has changed
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

  /** Those of an agent that comes when it is asked for an image. */
  public static Options onRequest() throws Failure {
    return OptionParser.parse("at=api,quiet=off,then=continue");
  }

  /** What the original process does after its checkpoint. */
  public enum Then {
    EXIT,
    CONTINUE
  }
}
