package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The installed helper lets criu write into one kind of folder only: an empty folder that belongs
 * to the caller, that nobody else can write to, and that is opened once. The capability gives no
 * right over files.
 */
@ResourceLock(CapabilityWatch.RESOURCE)
@Tag("core")
class EscalationFolderIT {
  private static final int RACES = 60;
  private static final String SECRET = "nobody's but root's\n";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Victim victim() throws Exception {
    return Victim.start(new Command(BENCH, Path.of("/")).add(BENCH.program("victim")));
  }

  private static void assertRefused(Path folder, String reason) throws Exception {
    Victim victim = victim();
    long waits = victim.waits();
    new HelperCall(BENCH, folder)
        .dump(victim)
        .assertRefused("cannot use the folder \"" + folder + "\": " + reason);
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  private static Path mode(Path folder, String mode) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    return folder;
  }

  @Test
  void folderOfAnother() throws Exception {
    Path folder = mode(Files.createDirectory(BENCH.newFolder("x").resolve("root's")), "rwxrwxrwx");
    assertRefused(folder, "it belongs to user 0; give one of your own");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-"})
  void folderThatOthersCanWriteTo(String mode) throws Exception {
    assertRefused(mode(BENCH.newFolder("open"), mode), "others can write to it; chmod go-w");
  }

  @Test
  void folderThatItsOwnerCannotWriteTo() throws Exception {
    assertRefused(mode(BENCH.newFolder("closed"), "r-x------"), "Permission denied");
  }

  @Test
  void folderWithSomethingInIt() throws Exception {
    Path folder = BENCH.newFolder("full");
    Files.createFile(folder.resolve("inventory.img"));
    assertRefused(folder, "it is not empty or not readable; give an empty one");
  }

  @Test
  void noFolder() throws Exception {
    Path folder = BENCH.newFolder("none");
    assertRefused(folder.resolve("missing"), "No such file or directory");
    assertRefused(Files.createFile(folder.resolve("file")), "Not a directory");
    assertRefused(
        Files.createSymbolicLink(folder.resolve("link"), BENCH.newFolder("own")),
        "Not a directory");
    Path fifo = folder.resolve("fifo");
    Workbench.makePipe(fifo, "rwxrwxrwx");
    assertRefused(fifo, "Not a directory");
    assertRefused(Path.of("/dev/null"), "Not a directory");
    assertRefused(Path.of("/dev/full"), "Not a directory");
  }

  /** Uses folders that belong to the caller, come from the kernel, and can be empty. */
  @Test
  void folderInProc() throws Exception {
    Victim victim = victim();
    Path process = ProcFile.of(victim.pid(), "");
    long waits = victim.waits();
    for (String name : List.of("", "fd", "fdinfo", "task", "map_files", "ns", "cwd", "root")) {
      Path folder = process.resolve(name);
      HelperCall.Outcome outcome = new HelperCall(BENCH, folder).dump(victim);
      assertThat(outcome.status()).as(folder.toString()).isEqualTo(1);
      outcome.assertOneLine();
      assertThat(outcome.process().stderr())
          .startsWith("crjvm: cannot use the folder \"" + folder + "\": ");
    }
    victim.assertRuns();
    assertThat(victim.waits()).isEqualTo(waits);
  }

  /**
   * Runs while others put links, pipes and files in criu's way, both into the folder and in its
   * place.
   */
  @ParameterizedTest
  @ValueSource(strings = {"exchange", "plant"})
  void folderThatChangesAllTheTime(String how) throws Exception {
    int seed = Integer.getInteger("crjvm.it.seed", new Random().nextInt(1_000_000));
    System.out.println("seed of the changing folders: " + seed);
    Path place = BENCH.newFolder("place");
    Path foreign = mode(Files.createDirectory(place.resolve("foreign")), "rwxrwxrwx");
    Path secret = Files.writeString(BENCH.newFolder("secret").resolve("secret"), SECRET);
    Path readable = mode(secret, "rw-r--r--");
    Victim victim = victim();
    RunningProcess meddler =
        new Command(BENCH, place)
            .add(BENCH.program("meddler"), how, seed, place.resolve("images"), foreign, readable)
            .start("meddler");
    meddler.awaitOutput("ready");
    int dumps = 0;
    for (int i = 0; i < RACES; i++) {
      HelperCall.Outcome outcome = new HelperCall(BENCH, place.resolve("images")).dump(victim);
      outcome.assertOneLine();
      assertThat(outcome.status()).isIn(0, 1);
      if (outcome.reports().equals("D ok\n")) {
        dumps++;
      }
      victim.assertRuns();
    }
    System.out.println("dumps in changing folders: " + dumps + " of " + RACES);
    assertThat(meddler.isAlive()).as(meddler::describe).isTrue();
    assertThat(foreign).isEmptyDirectory();
    assertThat(Files.readString(secret)).isEqualTo(SECRET);
    assertThat(secret.getParent().toFile().list()).hasSize(1);
  }

  /**
   * Checks that a link under a name which criu is about to use does not lead the capability
   * anywhere.
   */
  @Test
  void criuFollowsNoLinkOfItsCallers() throws Exception {
    Path place = BENCH.newFolder("place");
    Path own = User.ORDINARY.own(Files.writeString(place.resolve("own"), SECRET));
    Victim victim = victim();
    for (int i = 0; i < RACES; i++) {
      Path images = place.resolve("images-" + i);
      RunningProcess meddler =
          new Command(BENCH, place)
              .add(BENCH.program("meddler"), "aim", 0, images, place, own)
              .start("meddler");
      meddler.awaitOutput("ready");
      HelperCall.Outcome outcome = new HelperCall(BENCH, images).dump(victim);
      outcome.assertOneLine();
      assertThat(outcome.status()).isIn(0, 1);
      assertThat(meddler.awaitExit()).as(meddler::describe).isZero();
      victim.assertRuns();
      assertThat(own).hasContent(SECRET);
    }
  }
}
