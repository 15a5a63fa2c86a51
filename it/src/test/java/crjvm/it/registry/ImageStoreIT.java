package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts from images of a registry, by the store of the machine: {@code crjvm run --image oci://…},
 * {@code crjvm store} and {@code crjvm warm}.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("delivery")
class ImageStoreIT {
  private static final int UNUSABLE = 124;
  private static final int WRONG_USE = 125;
  private static final String NORMALLY = "; starting the application normally";

  /** A request for the manifest of a tag that does not exist. */
  private static final String MANIFEST = "(?:GET|HEAD) /v2/app/manifests/(none)";

  private static final Pattern TRANSFERRED = Pattern.compile("([0-9.]+) MiB transferred");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^ *(\\d+) +\\d+ +\\d+ ");

  private static final Path RUN = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String ANOTHER_RUN = "00000000-0000-0000-0000-000000000000";

  /** The seconds after which the kernel has written an image to the disk. */
  private static final int SETTLED = 61;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryServer registry;
  private static Checkpoint checkpoint;

  @BeforeAll
  static void push() throws Exception {
    registry = RegistryServer.start(BENCH);
    checkpoint = IMAGE.of(Jdk.any());
    push(checkpoint.image(), "app:1");
    push(SecondCheckpoint.of(checkpoint), "app:2");
  }

  private static void push(Path image, String nameAndTag) throws Exception {
    push(image, registry, nameAndTag);
  }

  private static void push(Path image, RegistryServer server, String nameAndTag) throws Exception {
    succeed(new Store().crjvm("push", image, place(server, nameAndTag)));
  }

  private static String succeed(Command command) throws Exception {
    RunningProcess process = command.run("command");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    return process.stdout();
  }

  /** A machine's store, in a user's home. */
  private record Store(Path home) {
    Store() throws IOException {
      this(BENCH.newFolder("home"));
    }

    Path folder() {
      return home.resolve(".cache/crjvm-store");
    }

    Command crjvm(Object... words) {
      return new Command(BENCH, home)
          .add(BENCH.launcher())
          .add(words)
          .with("HOME", home.toString());
    }

    Command run(String place, Object... options) {
      return crjvm("run", "--image", place).add(options);
    }

    RunningProcess restore(String place, Object... options) throws Exception {
      RunningProcess process = checkpoint.await(run(place, options).start("restore"));
      assertThat(JavaCache.isRestored(process)).as(process::describe).isTrue();
      assertThat(process.messages()).isEmpty();
      return process;
    }

    /** Starts from an image and ends the process. Returns the image, by its digest. */
    String digestOf(String place, Object... options) throws Exception {
      Path report = BENCH.newFolder("report").resolve("json");
      RunningProcess process =
          restore(place, new ArrayList<>(List.of(options)), "--report", "json:" + report);
      // The agent writes it when the application runs already.
      Await.until(
          RunningProcess.LIMIT,
          "the report",
          () -> Files.readString(report).contains("}"),
          process::describe);
      String image = (String) Json.map(Json.parse(Files.readString(report))).get("image");
      end(process);
      return Path.of(image).getParent().getFileName().toString();
    }

    /** Starts normally, after one line. */
    RunningProcess startNormally(Command run, String cause) throws Exception {
      RunningProcess process = checkpoint.await(run.start("normal"));
      assertThat(JavaCache.isRestored(process)).isFalse();
      assertThat(process.messages()).singleElement().asString().contains(cause).endsWith(NORMALLY);
      return process;
    }

    String list() throws Exception {
      return succeed(crjvm("store", "list"));
    }

    String prune(Object... options) throws Exception {
      return succeed(crjvm("store", "prune").add(options));
    }

    List<Path> images() throws IOException {
      return imagesOf(folder());
    }

    static List<Path> imagesOf(Path folder) throws IOException {
      try (Stream<Path> entries = Files.list(folder.resolve("images"))) {
        return entries.map(each -> each.resolve("image")).filter(Files::exists).toList();
      }
    }
  }

  private static Command withNormalStart(Command run) {
    String command = String.join(" ", checkpoint.jvm().plainCommand().words());
    return run.with("CRJVM_FALLBACK", "exec " + command);
  }

  private static void end(RunningProcess process) throws Exception {
    assertThat(process.terminate()).as(process::describe).isEqualTo(128 + 15);
  }

  private static String place(RegistryServer server, String nameAndTag) {
    return "oci://" + server.place(nameAndTag);
  }

  private static double transferred(String line) {
    Matcher matcher = TRANSFERRED.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** Starts where the program that needs no JVM can't be loaded. */
  @Test
  void aFirstStartWithoutLibcurlHasTheJavaClient() throws Exception {
    Path program = BENCH.launcher().resolveSibling("../libexec/crjvm-transfer");
    Requirement.need(Files.exists(program), "crjvm-transfer was not built");
    String hide = MountNamespace.withoutLibcurl(program);
    Store store = new Store();
    Command command =
        store
            .run("oci://" + registry.place("app:1"))
            .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString());
    RunningProcess process =
        checkpoint.await(MountNamespace.of(command, hide).start("without-libcurl"));
    assertThat(JavaCache.isRestored(process)).as(process::describe).isTrue();
    assertThat(process.messages()).isEmpty();
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(store.folder().resolve("images")).isNotEmptyDirectory();
  }

  @Test
  void theFirstStartPulls_AndTheNextNeedsNoRegistry() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    end(store.restore(place(server, "app:1")));
    assertThat(server.requestedBlobs()).isNotEmpty();
    server.stop();
    end(store.restore(place(server, "app:1")));
    end(store.restore(place(server, "app:1"), "--pull", "never"));

    assertThat(Files.getPosixFilePermissions(store.folder()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(store.images()).hasSize(1);
    assertThat(Files.getPosixFilePermissions(store.images().get(0).resolve("memory")))
        .isEqualTo(PosixFilePermissions.fromString("r--------"));
    assertThat(store.list())
        .startsWith("\"" + store.folder() + "\": ")
        .contains("ready", "just now", place(server, "app:1"));
  }

  private static String sha256(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256:" + HexFormat.of().formatHex(digest);
  }

  @Test
  void aReferenceByDigestStandsForOneImage() throws Exception {
    Store store = new Store();
    String variant = registry.variants("app", "1").get(0);
    String place = "oci://" + registry.host() + "/app@" + variant;
    assertThat("sha256:" + store.digestOf(place)).isEqualTo(variant);
    assertThat(store.list()).contains(place);
    String index = "oci://" + registry.host() + "/app@" + sha256(registry.index("app", "1"));
    assertThat("sha256:" + store.digestOf(index)).isEqualTo(variant);
    assertThat(store.list()).contains(index);
    assertThat("sha256:" + store.digestOf(place(registry, "app:1"))).isEqualTo(variant);
    RunningProcess unknown =
        store
            .run(place.substring(0, place.length() - 8) + "00000000", "--no-fallback")
            .run("unknown");
    assertThat(unknown.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(unknown.stderr())
        .hasLineCount(1)
        .contains("in the registry; push it again or see crjvm help store, or leave out --no-");
  }

  @Test
  void commandsAboutImagesFindThoseOfTheStore() throws Exception {
    Store store = new Store();
    String place = place(registry, "app:1");
    Path packed = BENCH.newFolder("packed").resolve("app.crjvm");
    List<Command> commands =
        List.of(
            store.crjvm("inspect", place),
            store.crjvm("inspect", "--json", place),
            store.crjvm("verify", place),
            store.crjvm("pack", place, packed),
            store.crjvm("doctor", "--image", place));
    for (Command command : commands) {
      RunningProcess missing = command.run("missing");
      assertThat(missing.awaitExit()).as(missing::describe).isEqualTo(1);
      assertThat(missing.stderr())
          .hasLineCount(1)
          .contains(
              "it is not in the store \"" + store.folder() + "\"; get it by crjvm store pull");
    }
    succeed(store.crjvm("store", "pull", place));
    for (Command command : commands) {
      succeed(command);
    }
    assertThat(packed).exists();
    assertThat(succeed(store.crjvm("inspect", place))).contains(checkpoint.port() + "");
  }

  /** Waits until a process has a child that waits for a lock. */
  private static void awaitWaiting(RunningProcess process) {
    Await.until(
        RunningProcess.LIMIT,
        "a start that waits for another pull",
        () -> process.process().descendants().anyMatch(ImageStoreIT::waitsForLock),
        process::describe);
  }

  private static boolean waitsForLock(ProcessHandle process) {
    return ProcFile.commandLine(process.pid()).startsWith("flock -w");
  }

  /** Holds the lock of a reference, as a start does that pulls it. */
  private static RunningProcess hold(Store store, RegistryServer server, String name, String tag)
      throws Exception {
    Path folder = store.folder().resolve("refs").resolve(server.host()).resolve(name);
    succeed(
        new Command(BENCH, store.home())
            .add("sh", "-c", "umask 077; mkdir -p \"$1\"; : >\"$2\"", "sh")
            .add(folder, folder.resolve("lock:" + tag)));
    RunningProcess holder =
        new Command(BENCH, store.home())
            .add("flock", folder.resolve("lock:" + tag))
            .add("sh", "-c", "echo held; exec sleep 600")
            .start("holder");
    holder.awaitOutput("held");
    return holder;
  }

  @Test
  void ofTwoFirstStartsOnePulls() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    RunningProcess holder = hold(store, server, "app", "1");
    RunningProcess one = store.run(place(server, "app:1")).start("one");
    int port = FreePort.find();
    RunningProcess two =
        store.run(place(server, "app:1"), "--listen", checkpoint.port() + "=" + port).start("two");
    awaitWaiting(one);
    awaitWaiting(two);
    assertThat(server.requestedBlobs()).isEmpty();
    holder.kill();
    checkpoint.await(one);
    Http.awaitAnswer(two, port, "/");
    for (RunningProcess each : List.of(one, two)) {
      assertThat(JavaCache.isRestored(each)).as(each::describe).isTrue();
      assertThat(each.messages()).isEmpty();
      end(each);
    }
    List<String> blobs = server.requestedBlobs();
    assertThat(blobs).isNotEmpty().hasSize(new HashSet<>(blobs).size());
  }

  @Test
  void whoNeedNotWaitStartsNormally_AndWhoWaitsCanBeEnded() throws Exception {
    Store store = new Store();
    hold(store, registry, "app", "1");
    Command impatient = store.run(place(registry, "app:1"), "--pull-wait", "0");
    end(store.startNormally(withNormalStart(impatient), "another start is pulling it"));

    RunningProcess patient = store.run(place(registry, "app:1")).start("patient");
    awaitWaiting(patient);
    assertThat(patient.terminate()).isEqualTo(128 + 15);
    assertThat(patient.stderr()).isEmpty();
  }

  /** A start that waited for another pull does not try again what has just failed. */
  @Test
  void aFailureCountsForThoseWhoHaveWaited() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    RunningProcess holder = hold(store, server, "app", "none");
    String place = place(server, "app:none");
    RunningProcess one = store.run(place, "--no-fallback").start("one");
    RunningProcess two = store.run(place, "--no-fallback").start("two");
    awaitWaiting(one);
    awaitWaiting(two);
    holder.kill();
    for (RunningProcess each : List.of(one, two)) {
      assertThat(each.awaitExit()).isEqualTo(UNUSABLE);
      assertThat(each.stderr())
          .hasLineCount(1)
          .contains("there is no \"" + place + "\" in the registry; ");
    }
    int asked = server.requests(MANIFEST).size();
    assertThat(asked).isPositive();
    assertThat(store.run(place, "--no-fallback").run("three").awaitExit()).isEqualTo(UNUSABLE);
    assertThat(server.requests(MANIFEST)).hasSize(2 * asked);
  }

  @Test
  void theRegistryIsAskedWhenPullSaysSo() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    String place = place(server, "asked:1");
    RunningProcess never = store.run(place, "--pull", "never").run("never");
    assertThat(never.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(never.stderr())
        .hasLineCount(1)
        .contains("it is not in the store \"" + store.folder() + "\"", "give --fallback COMMAND");
    assertThat(server.log()).doesNotContain("/v2/asked");

    String index = registry.index("app", "1");
    server.putIndex("app", "asked", index);
    place = place(server, "app:asked");
    String first = store.digestOf(place);
    server.putIndex("app", "asked", registry.index("app", "2"));
    assertThat(store.digestOf(place)).isEqualTo(first);
    String second = store.digestOf(place, "--pull", "always");
    assertThat("sha256:" + second).isEqualTo(registry.variants("app", "2").get(0));
    assertThat(store.digestOf(place)).isEqualTo(second);

    server.stop();
    end(
        store.startNormally(
            store.run(place, "--pull", "always"), "can't be reached: \"" + server.host()));
    assertThat(store.digestOf(place)).isEqualTo(second);
  }

  @Test
  void wrongWordsAreRefused() throws Exception {
    Store store = new Store();
    for (List<String> words :
        List.of(
            List.of("run", "--image", "oci://localhost/app:1", "--pull", "sometimes"),
            List.of("run", "--image", "oci://localhost/app:1", "--pull-wait", "soon"),
            List.of("run", "--pull", "never"),
            List.of("store"),
            List.of("store", "push"),
            List.of("store", "pull"),
            List.of("store", "pull", "oci://localhost/app"),
            List.of("store", "pull", "oci://../app:1"),
            List.of("store", "list", "--all"),
            List.of("store", "prune", "--max-size", "much"),
            List.of("warm", "--image"),
            List.of("warm", "--image", "oci://localhost/app"),
            List.of("warm", "--pull", "sometimes"))) {
      RunningProcess process = store.crjvm(words).run("wrong");
      assertThat(process.awaitExit()).as(process::describe).isEqualTo(WRONG_USE);
      assertThat(process.stderr()).as(process::describe).hasLineCount(1).startsWith("crjvm: ");
    }
    assertThat(store.home()).isEmptyDirectory();
  }

  @Test
  void aPlaceWithoutATagIsRefusedWithTheFormToWrite() throws Exception {
    Store store = new Store();
    String place = "oci://" + registry.host() + "/app";
    String remedy = "give oci://HOST/NAME:TAG";
    Path folder = BENCH.newFolder("pulled").resolve("image");
    for (Command command :
        List.of(
            store.run(place),
            store.run(place, "--no-fallback"),
            store.run(place, "--no-restore"),
            store.crjvm("warm", "--image", place),
            store.crjvm("store", "pull", place),
            store.crjvm("pull", place, folder),
            store.crjvm("push", checkpoint.image(), place))) {
      RunningProcess process = command.run("untagged");
      assertThat(process.awaitExit()).as(process::describe).isNotZero();
      assertThat(process.stderr())
          .as(process::describe)
          .hasLineCount(1)
          .contains("\"" + place + "\"")
          .endsWith("; " + remedy + "\n");
    }
    end(
        store.startNormally(
            withNormalStart(store.run(place)), "it is not a place in a registry (" + remedy + ")"));
    assertThat(store.home()).isEmptyDirectory();
  }

  @Test
  void aVersionSharesItsBlocksWithAnother() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    double first = transferred(succeed(store.crjvm("store", "pull", place(server, "app:1"))));
    int blobs = server.requestedBlobs().size();
    String variant = registry.variants("app", "2").get(0);
    int layers =
        Json.list(Json.map(Json.parse(registry.manifest("app", variant))).get("layers")).size();
    double second = transferred(succeed(store.crjvm("store", "pull", place(server, "app:2"))));
    assertThat(second).isPositive().isLessThan(first);
    List<String> all = server.requestedBlobs();
    assertThat(all.size() - blobs).isPositive().isLessThan(layers);
    assertThat(all).hasSize(new HashSet<>(all).size());
    assertThat(transferred(succeed(store.crjvm("store", "pull", place(server, "app:2"))))).isZero();
    assertThat(store.images()).hasSize(2);
    for (Path image : store.images()) {
      assertThat(succeed(store.crjvm("verify", image))).contains(" is whole");
    }
    end(store.restore(place(server, "app:2")));
  }

  private static void damage(Path file) throws Exception {
    FileTime time = Files.getLastModifiedTime(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    Files.setLastModifiedTime(file, time);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
  }

  @Test
  void aDamagedImageIsPulledAgain() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    String place = place(server, "app:1");
    end(store.restore(place));
    int blobs = server.requestedBlobs().size();
    Path plan = store.images().get(0).resolve("plan");
    damage(plan);
    end(store.startNormally(store.run(place), "the plan is damaged"));
    assertThat(store.list()).contains("unfit", "the plan is damaged");
    end(store.restore(place));
    assertThat(server.requestedBlobs().size() - blobs).isPositive().isLessThan(blobs / 2);
    assertThat(store.list()).contains("ready").doesNotContain("unfit");

    // Without the registry each start is a normal one.
    damage(plan);
    server.stop();
    for (int i = 0; i < 2; i++) {
      end(store.startNormally(store.run(place), "the plan is damaged"));
    }

    // The remains of an image are not taken for an image.
    server = registry.another(BENCH);
    Files.delete(plan.resolveSibling("manifest"));
    end(store.restore(place(server, "app:1")));
  }

  private static void makeOld(Path image) throws IOException {
    FileTime old = FileTime.from(Instant.EPOCH.plusSeconds(1_000_000_000));
    Files.setLastModifiedTime(image, old);
    Files.setLastModifiedTime(image.resolveSibling("used"), old);
  }

  /** Returns the note that the disk may not have all of the store's image. */
  private static Path unwritten(Store store) throws IOException {
    return store.images().get(0).resolveSibling("unwritten");
  }

  /** A start that pulls doesn't wait for the disk. A later one of the same run asks it once. */
  @Test
  void aStartDoesNotWaitForTheDisk_AndALaterOneMakesSure() throws Exception {
    Requirement.need(
        Files.exists(BENCH.launcher().resolveSibling("../libexec/crjvm-transfer")),
        "crjvm-transfer was not built; run launcher/setup --build, and build again");
    Store store = new Store();
    String place = place(registry, "app:1");
    end(store.restore(place));
    Path unwritten = unwritten(store);
    assertThat(unwritten).hasContent(Files.readString(RUN).strip());
    end(store.restore(place));
    assertThat(unwritten).exists();
    Files.setLastModifiedTime(unwritten, FileTime.from(Instant.now().minusSeconds(SETTLED)));
    end(store.restore(place));
    assertThat(unwritten).doesNotExist();

    Store other = new Store();
    succeed(other.crjvm("store", "pull", place));
    assertThat(unwritten(other)).doesNotExist();
  }

  /** After another start of the machine it turns out whether the disk has got the image. */
  @Test
  void whatAFailureOfTheMachineHasLeftIsCompared_AndOnlyAWholeImageIsTaken() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    String place = place(server, "app:1");
    end(store.restore(place));
    Path unwritten = unwritten(store);
    int blobs = server.requestedBlobs().size();
    Files.writeString(unwritten, ANOTHER_RUN);
    end(store.restore(place, "--pull", "never"));
    assertThat(unwritten).doesNotExist();

    // The file system has the length of a file and not its content.
    Files.writeString(unwritten, ANOTHER_RUN);
    Path memory = store.images().get(0).resolve("memory");
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(memory);
    Files.setPosixFilePermissions(memory, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel file = FileChannel.open(memory, StandardOpenOption.WRITE)) {
      long size = file.size();
      file.truncate(0);
      file.write(ByteBuffer.allocate(1), size - 1);
    }
    Files.setPosixFilePermissions(memory, permissions);
    RunningProcess never = store.run(place, "--pull", "never", "--no-fallback").run("never");
    assertThat(never.awaitExit()).as(never::describe).isEqualTo(UNUSABLE);
    assertThat(never.stderr()).hasLineCount(1).contains("it is not in the store");
    end(store.restore(place));
    assertThat(server.requestedBlobs()).hasSize(2 * blobs);
    assertThat(succeed(store.crjvm("verify", store.images().get(0)))).contains(" is whole");
  }

  /**
   * Starts that may not remove an image, or can't find out what is wrong with it, leave it there.
   */
  @Test
  void onlyProvenDamageRemovesAnImageAndOnlyByItsOwner() throws Exception {
    Requirement.need(User.isRoot(), "only root can become another user");
    Store store = new Store();
    String place = place(registry, "app:1");
    Path shared = sharedStore(store, place);
    Path image = Store.imagesOf(shared).get(0);
    Path unwritten = image.resolveSibling("unwritten");
    Files.writeString(unwritten, ANOTHER_RUN);
    User.ORDINARY.own(unwritten);
    Files.setPosixFilePermissions(unwritten, PosixFilePermissions.fromString("rw-r--r--"));
    Command run = store.run(place, "--pull", "never").with("CRJVM_STORE", shared.toString());

    // Another user compares the image, and starts from it if it is whole.
    RunningProcess process = checkpoint.await(run.as(User.OTHER).start("other"));
    assertThat(JavaCache.isRestored(process)).as(process::describe).isTrue();
    end(process);
    assertThat(unwritten).exists();

    // The owner can't find out anything.
    run = store.run(place, "--pull", "never", "--no-fallback");
    List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n 5; exec \"$@\"", "sh"));
    words.add(BENCH.launcher().resolveSibling("../libexec/crjvm-transfer").toString());
    words.addAll(List.of("--settle", image.getParent().toString()));
    RunningProcess poor =
        new Command(BENCH, store.home()).add(words.toArray()).run("without-descriptors");
    assertThat(poor.awaitExit()).isNotZero();
    assertThat(image).isDirectory();

    // The file is damaged, and only its owner removes the image.
    damage(image.resolve("memory"));
    Files.setPosixFilePermissions(
        image.resolve("memory"), PosixFilePermissions.fromString("r--r--r--"));
    run = run.with("CRJVM_STORE", shared.toString());
    RunningProcess refused = run.as(User.OTHER).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr())
        .hasLineCount(1)
        .contains("the image in the store may be incomplete: its file \"memory\" is damaged");
    assertThat(image).isDirectory();
    run = store.run(place, "--pull", "never", "--no-fallback");
    refused = run.with("CRJVM_STORE", shared.toString()).run("owner");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr()).hasLineCount(1).contains("it is not in the store");
    assertThat(image).doesNotExist();
  }

  @Test
  void pruningTakesNoneThatIsUsed() throws Exception {
    Store store = new Store();
    RunningProcess running = store.restore(place(registry, "app:1"));
    succeed(store.crjvm("store", "pull", place(registry, "app:2")));
    assertThat(store.prune("--all")).startsWith("removed: 0 images; ");
    for (Path image : store.images()) {
      makeOld(image);
    }
    assertThat(store.list()).contains("in use");
    assertThat(store.prune()).startsWith("removed: 0 images; ");
    assertThat(store.prune("--max-size", "1m")).startsWith("removed: 1 images; ");
    assertThat(store.list()).contains("app:1").doesNotContain("app:2");
    end(running);
    end(store.restore(place(registry, "app:1"), "--pull", "never"));

    // The least recently used image makes room for a new one.
    makeOld(store.images().get(0));
    Command pull = store.crjvm("store", "pull", place(registry, "app:2"));
    succeed(pull.with("CRJVM_STORE_SIZE", mebibytes(store.images().get(0)) * 3 / 2 + "m"));
    assertThat(store.list()).contains("app:2").doesNotContain("app:1");
    makeOld(store.images().get(0));
    assertThat(store.prune("--all")).startsWith("removed: 1 images; left: 1 MiB");
    assertThat(store.list()).doesNotContain("app:");
  }

  @Test
  void whatAnInterruptedPullHasLeftIsRemoved() throws Exception {
    Store store = new Store();
    succeed(store.crjvm("store", "pull", place(registry, "app:1")));
    Path image = store.images().get(0);
    Files.move(image, image.resolveSibling(".image.0123456789abcdef.pull"));
    assertThat(store.list()).contains("not complete");
    // After the pull of another image it stays, because the next start may go on with it.
    succeed(store.crjvm("store", "pull", place(registry, "app:2")));
    assertThat(image.getParent()).exists();
    Path lock = image.resolveSibling(".image.0123456789abcdef.pull/lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      assertThat(held.isValid()).isTrue();
      User.ORDINARY.own(lock);
      store.prune();
      assertThat(image.getParent()).exists();
    }
    store.prune();
    assertThat(image.getParent()).doesNotExist();
    assertThat(store.list()).doesNotContain("app:1");
  }

  @Test
  void withoutARegistryTheStartIsANormalOne() throws Exception {
    Store store = new Store();
    String place = "oci://127.0.0.1:1/team/app:1";
    Command run = withNormalStart(store.run(place));
    String cause = "cannot restore \"" + place + "\": the registry of \"" + place + "\" can't be ";
    RunningProcess normal = store.startNormally(run.add("--", "an argument"), cause);
    assertThat(checkpoint.ask("/args")).endsWith("an argument");
    assertThat(checkpoint.ask("/env?name=CRJVM_FALLBACK")).isEqualTo("null");
    end(normal);

    RunningProcess none = store.run(place).run("none");
    assertThat(none.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(none.stderr())
        .hasLineCount(1)
        .contains(cause, "connection refused; give --fallback COMMAND for the normal start");

    // An image of which the registry lacks a part can't be used.
    String variant = registry.variants("app", "1").get(0);
    Path blob = registry.blob(registry.block("app", variant, "plan"));
    Path aside = blob.resolveSibling("aside");
    Files.move(blob, aside);
    try {
      run = withNormalStart(store.run(place(registry, "app:1")));
      end(store.startNormally(run, "\" in the registry"));
    } finally {
      Files.move(aside, blob);
    }
    end(store.restore(place(registry, "app:1")));
  }

  @Test
  void onAFullDiskTheStartIsANormalOne() throws Exception {
    Store store = new Store();
    Path full = BENCH.newFolder("full");
    String mount =
        String.format(
            "mount -t tmpfs -o size=4m,mode=0700,uid=%s crjvm-it %s",
            User.ORDINARY.number("-u"), full);
    Command run =
        withNormalStart(store.run(place(registry, "app:1"))).with("CRJVM_STORE", full.toString());
    RunningProcess process = checkpoint.await(MountNamespace.of(run, mount).start("full"));
    assertThat(process.messages())
        .singleElement()
        .asString()
        .contains("there is no room for \"" + full)
        .endsWith(NORMALLY);
    end(process);
  }

  /** There is room for the image by the numbers, and not for its files. */
  @ParameterizedTest
  @ValueSource(strings = {"", "java"})
  void whatDidNotFitIsRemoved(String program) throws Exception {
    Path full = BENCH.newFolder("full");
    String mount =
        String.format(
            "mount -t tmpfs -o nr_inodes=8,size=1g,mode=0700,uid=%s crjvm-it %s",
            User.ORDINARY.number("-u"), full);
    Command pull = new Store().crjvm("pull", place(registry, "app:1"), full.resolve("image"));
    List<String> words =
        new ArrayList<>(List.of("sh", "-c", "\"$@\"; echo status $?; ls -A " + full, "sh"));
    words.addAll(pull.words());
    Command both =
        new Command(BENCH, full)
            .add(words.toArray())
            .with("HOME", full.toString())
            .with("CRJVM_TRANSFER", program);
    RunningProcess process = MountNamespace.of(both, mount).run("full");
    assertThat(process.stderr()).contains("No space left on device");
    assertThat(process.stdout()).isEqualTo("status 1\n");
  }

  @Test
  void anImageThatIsTooLargeForTheStoreIsNotPulled() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    for (String program : new String[] {"", "java"}) {
      Command run = store.run(place(server, "app:1"), "--no-fallback");
      run.with("CRJVM_STORE_SIZE", "1m").with("CRJVM_TRANSFER", program);
      RunningProcess process = run.run("small");
      assertThat(process.awaitExit()).isEqualTo(UNUSABLE);
      assertThat(process.stderr())
          .hasLineCount(1)
          .contains("the image takes ", "\" may have no more than 1 MiB");
    }
    assertThat(server.requestedBlobs()).isEmpty();
  }

  /** Whoever can open the lock of a reference could hold it, without the right to write. */
  @Test
  void onlyTheOwnerCanHoldALock() throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    Path lock = store.folder().resolve("refs").resolve(server.host()).resolve("app/lock:1");
    end(store.restore(place(server, "app:1")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    succeed(store.crjvm("store", "pull", place(server, "app:1")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
        .isEqualTo("rw-------");
  }

  /** A registry that takes the connection and then says nothing does not hold up a start. */
  @ParameterizedTest
  @ValueSource(strings = {"", "java"})
  void aStartDoesNotWaitForASlowRegistry(String program) throws Exception {
    Store store = new Store();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String place = "oci://127.0.0.1:" + silent.getLocalPort() + "/app:1";
      Command run =
          store.run(place, "--pull-wait", "2", "--no-fallback").with("CRJVM_TRANSFER", program);
      RunningProcess process = run.run("slow");
      assertThat(process.awaitExit()).as(process::describe).isEqualTo(UNUSABLE);
      assertThat(process.stderr())
          .hasLineCount(1)
          .contains("it has not come within 2 seconds, and the next start goes on from there");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "java"})
  void twoNamesOfOneImageArePulledOnce(String program) throws Exception {
    Store store = new Store();
    RegistryServer server = registry.another(BENCH);
    push(checkpoint.image(), server, "app:same");
    int pushed = server.requestedBlobs().size();
    List<RunningProcess> pulls = new ArrayList<>();
    for (String tag : new String[] {"1", "same"}) {
      Command pull = store.crjvm("store", "pull", place(server, "app:" + tag));
      pulls.add(pull.with("CRJVM_TRANSFER", program).start("pull-" + tag));
    }
    for (RunningProcess each : pulls) {
      assertThat(each.awaitExit()).as(each::describe).isZero();
      assertThat(each.stderr()).isEmpty();
    }
    List<String> blobs = server.requestedBlobs();
    blobs = blobs.subList(pushed, blobs.size());
    assertThat(blobs).isNotEmpty().hasSize(new HashSet<>(blobs).size());
    assertThat(store.images()).hasSize(1);
    assertThat(store.list()).contains("app:1", "app:same");
  }

  @Test
  void aStoreThatOthersCanWriteIsRefused() throws Exception {
    Store store = new Store();
    end(store.restore(place(registry, "app:1")));
    Files.setPosixFilePermissions(store.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
    Command run = withNormalStart(store.run(place(registry, "app:1")));
    String cause = "the store \"" + store.folder() + "\" can't be trusted: others can write to it";
    end(store.startNormally(run, cause));
    RunningProcess pull =
        store.crjvm("store", "pull", place(registry, "app:1")).run("refused-pull");
    assertThat(pull.awaitExit()).isEqualTo(1);
    assertThat(pull.stderr()).hasLineCount(1).contains(cause);

    Requirement.need(User.isRoot(), "only root can make files of other users");
    Path folder = Files.createDirectory(store.home().resolve("other"));
    User.OTHER.own(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    run = withNormalStart(store.run(place(registry, "app:1")));
    cause = "the store \"" + folder + "\" can't be trusted: others can write to it";
    end(store.startNormally(run.with("CRJVM_STORE", folder.toString()), cause));
    // Nothing is put into a folder of another user, even if others can't write to it.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    run = withNormalStart(store.run(place(registry, "app:1")));
    cause = "the store \"" + folder + "\" belongs to another user or can't be written";
    end(store.startNormally(run.with("CRJVM_STORE", folder.toString()), cause));
    assertThat(folder).isEmptyDirectory();
  }

  /** Returns a store that everybody may read, with the image of the place. */
  private static Path sharedStore(Store store, String place) throws Exception {
    Path shared = BENCH.newFolder("shared");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    succeed(store.crjvm("store", "pull", place).with("CRJVM_STORE", shared.toString()));
    return shared;
  }

  @Test
  void whoMayReadTheStoreStartsFromIt() throws Exception {
    Requirement.need(User.isRoot(), "only root can become another user");
    Store store = new Store();
    String place = place(registry, "app:1");
    Path shared = sharedStore(store, place);
    Command run = store.run(place, "--pull", "never").with("CRJVM_STORE", shared.toString());
    RunningProcess process = checkpoint.await(run.as(User.OTHER).start("other"));
    assertThat(JavaCache.isRestored(process)).as(process::describe).isTrue();
    end(process);
  }

  /** Returns the bytes of the memory file that are in memory, as util-linux's fincore tells. */
  private static long resident(Path image) throws Exception {
    Requirement.need(ContainerEngine.isThere("fincore"), "there is no fincore");
    String line =
        ContainerEngine.call(List.of("fincore", "-b", "-n", image.resolve("memory").toString()));
    Matcher matcher = RESIDENT.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  /** Drops the memory file from the page cache. */
  private static void drop(Path image) throws Exception {
    ContainerEngine.call(
        List.of(
            "sh",
            "-c",
            "sync \"$1\"; exec dd if=\"$1\" iflag=nocache count=0 status=none",
            "sh",
            image.resolve("memory").toString()));
  }

  @Test
  void warmingBringsAnImageIntoMemory() throws Exception {
    Store store = new Store();
    String place = place(registry, "app:1");
    assertThat(succeed(store.crjvm("warm", "--image", place)))
        .matches("\"" + place + "\" is in memory: \\d+ MiB, and \\d+ MiB of files that it needs\n");
    Path image = store.images().get(0);
    drop(image);
    assertThat(resident(image)).isZero();
    for (Object each : List.of(place, image)) {
      drop(image);
      succeed(store.crjvm("warm", "--image", each));
      assertThat(resident(image)).isGreaterThan(blocks(image) * 9 / 10);
    }
    RunningProcess missing = store.crjvm("warm", "--image", store.home()).run("missing");
    assertThat(missing.awaitExit()).isEqualTo(1);
    assertThat(missing.stderr()).hasLineCount(1).contains("it is not a complete image");
  }

  private static long mebibytes(Path image) throws Exception {
    String size = ContainerEngine.call(List.of("du", "-sm", image.toString()));
    return Long.parseLong(size.split("\\s")[0]);
  }

  /** Returns the bytes that the memory file takes on disk, for its list of extents among others. */
  private static long blocks(Path image) throws Exception {
    String memory = image.resolve("memory").toString();
    return 512 * Long.parseLong(ContainerEngine.call(List.of("stat", "-c", "%b", memory)).strip());
  }
}
