package crjvm.agent.options;

import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.secret.SecretPolicy;
import crjvm.image.StaleFiles;
import crjvm.image.arch.CpuLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The agent's options after their check.
 *
 * @param training the training of a tool; empty: the application is not trained
 */
public record Options(
    Images images, Moment moment, Means means, Optional<Training> training, Rules rules) {

  /**
   * The places and the number of images.
   *
   * @param folder the image folder as given
   * @param entry the entry of the launcher's cache that the image belongs to
   * @param every the time between two images of a job; empty: there is one image
   * @param keep the number of these images that are kept; empty without {@code every}
   */
  public record Images(
      Path folder, Optional<Path> entry, Optional<Duration> every, OptionalInt keep) {}

  /**
   * The moment of the checkpoint, and the warm-up before it.
   *
   * @param point the warm point
   * @param text the warm point as given, for messages and for the image
   * @param quiet the longest time to wait for compilation and class loading to calm down; empty:
   *     there is no wait
   * @param then the behaviour of the original process after its checkpoint
   * @param failure its behaviour if there is no image
   */
  public record Moment(
      WarmPoint point,
      String text,
      Optional<WarmUp> warmUp,
      Optional<Duration> quiet,
      Then then,
      Then failure) {}

  /**
   * The means to make the image.
   *
   * @param helper the path of the helper, if it is not in one of the usual places
   * @param timeLimit the time limit of the dump
   * @param portable the lowest CPU level on which the image must run; empty: it needs a CPU like
   *     this machine's
   * @param recordsWorkingSet whether trial restores find out which memory the first requests need
   */
  public record Means(
      Optional<Path> helper,
      Duration timeLimit,
      Optional<CpuLevel> portable,
      boolean recordsWorkingSet) {}

  /**
   * The training of a tool.
   *
   * @param file the file with its command lines
   * @param limit the time limit of the training runs
   */
  public record Training(Path file, Duration limit) {}

  /**
   * The rules for cases in which an image may do harm.
   *
   * @param policies a file with rules for open descriptors
   * @param secrets the reaction to secrets that the image would contain
   * @param identity the reaction to values that copies would share
   * @param stale the reaction of a start to a changed file that the application has read
   * @param reseed whether restored processes get new seeds for generators that the JDK has seeded
   */
  public record Rules(
      Optional<Path> policies,
      SecretPolicy secrets,
      IdentityPolicy identity,
      StaleFiles stale,
      boolean reseed) {}

  /** The behaviour of the original process after its checkpoint, or without one. */
  public enum Then {
    EXIT,
    CONTINUE
  }
}
