package crjvm.agent.options;

import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.secret.SecretPolicy;
import crjvm.image.StaleFiles;
import crjvm.image.arch.CpuLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** The agent's options, checked. */
public record Options(Images images, Moment moment, Means means, Training training, Rules rules) {

  /**
   * Where images go, and how many there are.
   *
   * @param folder as given
   * @param entry of the launcher's cache, which the image is for
   * @param every how long a job goes on between two of its images; empty: there is one
   * @param keep how many of them stay; empty without {@code every}
   */
  public record Images(
      Path folder, Optional<Path> entry, Optional<Duration> every, OptionalInt keep) {}

  /**
   * When the application is warm, and how it becomes so.
   *
   * @param point the warm point
   * @param text the same as given, for messages and for the image
   * @param quiet how long to wait for compilation and class loading to calm down; empty: not at all
   */
  public record Moment(
      WarmPoint point, String text, Optional<WarmUp> warmUp, Optional<Duration> quiet, Then then) {}

  /**
   * How the image is made.
   *
   * @param helper the helper, if not one of the usual places
   * @param timeLimit of the dump
   * @param portable the least CPU that the image is to run on; empty: one like this machine's
   */
  public record Means(Optional<Path> helper, Duration timeLimit, Optional<CpuLevel> portable) {}

  /**
   * How the image is tried.
   *
   * @param isOn whether a trial restore shows which memory the first requests need
   * @param file the command lines that a tool is trained with
   * @param limit how long their runs may go on
   */
  public record Training(boolean isOn, Optional<Path> file, Duration limit) {}

  /**
   * What is to happen where an image may do harm.
   *
   * @param policies a file with rules for open descriptors
   * @param secrets what is to happen when the image would hold some
   * @param identity what is to happen when copies would be taken for each other
   * @param stale what becomes of a start when a file that the application has read has changed
   * @param reseed whether restored processes get new seeds for what the JDK had seeded
   */
  public record Rules(
      Optional<Path> policies,
      SecretPolicy secrets,
      IdentityPolicy identity,
      StaleFiles stale,
      boolean reseed) {}

  /** What the original process does after its checkpoint. */
  public enum Then {
    EXIT,
    CONTINUE
  }
}
