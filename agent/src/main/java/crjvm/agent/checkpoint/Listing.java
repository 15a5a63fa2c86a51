package crjvm.agent.checkpoint;

import crjvm.agent.checkpoint.aside.FlightRecordings;
import crjvm.agent.checkpoint.obstacle.ChildProcesses;
import crjvm.agent.checkpoint.obstacle.DescriptorCheck;
import crjvm.agent.checkpoint.obstacle.IdentityCheck;
import crjvm.agent.checkpoint.obstacle.MemoryCheck;
import crjvm.agent.checkpoint.obstacle.Obstacles;
import crjvm.agent.checkpoint.obstacle.SecretCheck;
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.order.Findings;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.checkpoint.process.Helper;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.command.LoneRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of a checkpoint's checks, without a checkpoint. The checks of the image's place and
 * of locks on files are left out.
 */
final class Listing {
  private final List<String> obstacles = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  /** A check that prints losses and throws obstacles. */
  private interface Check {
    void run() throws Failure, InterruptedException;
  }

  private Listing() {}

  /** Runs all checks, and returns one line for each finding. */
  static Findings of(CheckpointSettings settings, Origin origin, List<Path> own)
      throws InterruptedException {
    Listing listing = new Listing();
    listing.look(Obstacles::look);
    listing.look(
        () ->
            new Helper(
                    Helper.locate(settings.means().helper(), settings.means().jar()),
                    new LoneRunner())
                .check());
    if (settings.tracked().portable().isPresent()) {
      listing.look(() -> settings.tracked().portable().get().check(Messages.FAILED));
    }
    if (settings.tracked().randomness().isPresent()) {
      listing.look(() -> settings.tracked().randomness().get().check());
    }
    IdentityCheck identity =
        new IdentityCheck(
            settings.rules().identity(),
            settings.tracked().randomness(),
            settings.tracked().identities());
    listing.look(identity::list);
    listing.look(identity::refuse);
    ChildProcesses.find().forEach(listing::noteChild);
    listing.look(MemoryCheck::check);
    listing.look(() -> settings.tracked().files().checkNumber(settings.rules().stale()));
    listing.look(() -> DescriptorCheck.list(settings.rules().descriptors(), own, listing::note));
    listing.look(() -> settings.tracked().connections().list());
    listing.look(() -> new FlightRecordings().list(listing::note));
    listing.look(() -> SecretCheck.check(settings.rules().secrets(), origin.command().arguments()));
    return new Findings(List.copyOf(listing.obstacles), List.copyOf(listing.losses));
  }

  private void look(Check check) throws InterruptedException {
    Console.beginCollection(losses);
    try {
      check.run();
    } catch (Failure failure) {
      note(failure);
    } catch (RuntimeException e) {
      note(new Failure(Messages.FAILED, "a check failed (" + e + ")", "report it", e));
    } finally {
      Console.endCollection();
    }
  }

  private void noteChild(ProcessHandle child) {
    note(ChildProcesses.failure(child, 0));
  }

  private void note(Failure failure) {
    String line = failure.getMessage();
    String prefix = Messages.FAILED + ": ";
    obstacles.add(line.startsWith(prefix) ? line.substring(prefix.length()) : line);
  }
}
