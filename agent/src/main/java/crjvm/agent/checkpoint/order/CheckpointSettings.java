package crjvm.agent.checkpoint.order;

import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.identity.Identities;
import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.policy.Policies;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.randomness.Randomness;
import crjvm.agent.secret.SecretPolicy;
import crjvm.agent.setting.KnownSettings;
import crjvm.image.StaleFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of all checkpoints of this JVM. */
public record CheckpointSettings(
    Target target, Means means, Warmth warmth, Rules rules, Tracked tracked) {

  /**
   * The place of images, and the end of the original process.
   *
   * @param image the absolute path of the image; the property {@code crjvm.image} takes precedence
   * @param keep the number of images of a series that are kept, in which case {@code image} is the
   *     folder of the series; empty: there is one image
   * @param isLast whether the original process ends after a checkpoint that the application asks
   *     for
   */
  public record Target(Path image, OptionalInt keep, boolean isLast) {}

  /**
   * The programs that make an image.
   *
   * @param jar the absolute path of crjvm's jar
   * @param helper the path of the helper, if it is not in one of the usual places
   * @param timeLimit the time limit of the dump
   */
  public record Means(Path jar, Optional<Path> helper, Duration timeLimit) {}

  /**
   * The warm-up of the application, and the trial of its image.
   *
   * @param point the warm point as the user has given it, for the manifest
   * @param urls the addresses that the warm-up has requested, or one entry that names its file of
   *     requests
   * @param recordsWorkingSet whether trial restores find out which memory the answers need
   * @param trainingFile the command lines that are used to check the image
   */
  public record Warmth(
      String point, List<String> urls, boolean recordsWorkingSet, Optional<Path> trainingFile) {}

  /**
   * The user's rules for cases in which an image may do harm.
   *
   * @param descriptors the policies for open descriptors
   * @param secrets the reaction to secrets that the image would contain
   * @param identity the reaction to values that copies would share
   * @param stale the reaction of a start to a changed file that the application has read
   */
  public record Rules(
      Policies descriptors, SecretPolicy secrets, IdentityPolicy identity, StaleFiles stale) {}

  /**
   * The facts that the agent has tracked since the JVM was started.
   *
   * @param portable limits the JVM's code to a level of CPUs
   * @param randomness knows the generators that made their own seed; empty: copies may repeat each
   *     other's random numbers
   * @param identities knows the values of libraries that identify the process; empty: these values
   *     stay
   * @param connections knows the owners of connections and the pools that keep some open
   * @param files the files that the process has used
   * @param known the settings with which the application was configured
   * @param directoryFiles the application's files that name the working directory
   */
  public record Tracked(
      Optional<PortableJvm> portable,
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      Connections connections,
      OutsideFiles files,
      KnownSettings known,
      DirectoryFiles directoryFiles) {}
}
