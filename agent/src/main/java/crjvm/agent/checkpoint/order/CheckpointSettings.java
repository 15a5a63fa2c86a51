package crjvm.agent.checkpoint.order;

import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.identity.Identities;
import crjvm.agent.identity.IdentityPolicy;
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

/** What every checkpoint of this JVM needs to know. */
public record CheckpointSettings(
    Target target, Means means, Warmth warmth, Rules rules, Tracked tracked) {

  /**
   * Where images go, and how the process goes on.
   *
   * @param image absolute; the property {@code crjvm.image} wins
   * @param keep how many images of a series stay, of which {@code image} is the folder; empty:
   *     there is one image
   * @param isLast the original process ends after its checkpoint, if the application asks for it
   */
  public record Target(Path image, OptionalInt keep, boolean isLast) {}

  /**
   * What makes an image.
   *
   * @param jar crjvm's own, absolute
   * @param helper if not one of the usual places
   * @param timeLimit of the dump
   */
  public record Means(Path jar, Optional<Path> helper, Duration timeLimit) {}

  /**
   * How the application was warmed up, and how its image is tried.
   *
   * @param point for people
   * @param urls the addresses that were asked for
   * @param trains whether a trial restore shows which memory their answers need
   * @param trainingFile the command lines that the image is checked with
   */
  public record Warmth(
      String point, List<String> urls, boolean trains, Optional<Path> trainingFile) {}

  /**
   * What the user wants of cases in which an image may do harm.
   *
   * @param descriptors for open ones
   * @param secrets what is to happen when the image would hold some
   * @param identity what is to happen when copies would be taken for each other
   * @param stale what becomes of a start when a file that the application has read has changed
   */
  public record Rules(
      Policies descriptors, SecretPolicy secrets, IdentityPolicy identity, StaleFiles stale) {}

  /**
   * What the agent has kept an eye on since the JVM was started.
   *
   * @param portable what keeps the JVM's code within a level of CPUs
   * @param randomness what knows who has made its own seed; empty: copies may repeat each other
   * @param identities what libraries have that says who the process is; empty: it stays
   * @param connections whose they are, and which pools keep some
   * @param files which the process has used
   * @param known what the application was configured with
   */
  public record Tracked(
      Optional<PortableJvm> portable,
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      Connections connections,
      OutsideFiles files,
      KnownSettings known) {}
}
