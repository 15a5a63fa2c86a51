package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.LoneRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All findings of the checks of a checkpoint, without a checkpoint. */
final class Listing {
  private final List<String> obstacles = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  /** A check that prints losses and throws obstacles. */
  private interface Check {
    void run() throws Failure, InterruptedException;
  }

  private Listing() {}

  /** Runs all checks, and returns one line for each finding. */
  static Findings of(Checkpointer.Settings settings, Origin origin, List<Path> own)
      throws InterruptedException {
    Listing listing = new Listing();
    listing.look(Obstacles::look);
    listing.look(
        () ->
            new Helper(Helper.locate(settings.helper(), settings.jar()), new LoneRunner()).check());
    if (settings.portable().isPresent()) {
      listing.look(() -> settings.portable().get().check(Messages.FAILED));
    }
    if (settings.randomness().isPresent()) {
      listing.look(() -> settings.randomness().get().check());
    }
    listing.look(() -> IdentityCheck.list(settings));
    listing.look(() -> IdentityCheck.refuse(settings));
    ProcessHandle.current().children().forEach(listing::noteChild);
    listing.look(MemoryCheck::check);
    listing.look(() -> DescriptorCheck.list(settings.policies(), own, listing::note));
    listing.look(() -> settings.connections().list());
    listing.look(() -> new FlightRecordings().list(listing::note));
    listing.look(() -> SecretCheck.check(settings.secrets(), origin.command().arguments()));
    return new Findings(List.copyOf(listing.obstacles), List.copyOf(listing.losses));
  }

  private void look(Check check) throws InterruptedException {
    Console.beginCollection(losses);
    try {
      check.run();
    } catch (Failure failure) {
      note(failure);
    } catch (RuntimeException e) {
      note(new Failure(Messages.FAILED, "a check did not succeed (" + e + ")", "report it", e));
    } finally {
      Console.endCollection();
    }
  }

  private void noteChild(ProcessHandle child) {
    note(Obstacles.child(child, 0));
  }

  private void note(Failure failure) {
    String line = failure.getMessage();
    String prefix = Messages.FAILED + ": ";
    obstacles.add(line.startsWith(prefix) ? line.substring(prefix.length()) : line);
  }
}
