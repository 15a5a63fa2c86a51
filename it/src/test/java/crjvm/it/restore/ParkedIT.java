package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A start takes a copy that {@code crjvm park} has restored ahead, if it can have everything. */
@Tag("variant")
class ParkedIT {
  private static final int UNUSABLE = 124;
  private static final int WRONG_USE = 125;
  private static final int TERMINATED = 143;
  private static final int KILLED = 137;
  private static final int ROUNDS_AT_ONCE = 20;
  private static final int COMMANDS_AT_ONCE = 8;
  private static final String NOT_TAKEN = "crjvm: no parked copy is taken: ";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  /** A pool of one image, in a folder of its own. */
  private record Pool(Checkpoint checkpoint, Path folder, RunningProcess process) {
    static Pool start(Checkpoint checkpoint, int count, Object... options) throws Exception {
      return start(List.of(), checkpoint, count, options);
    }

    /** Starts a pool within other programs, which run as this user does. */
    static Pool start(List<String> outer, Checkpoint checkpoint, int count, Object... options)
        throws Exception {
      Path folder = BENCH.newFolder("pool").resolve("copies");
      Command command = park(checkpoint, folder, count).add(options);
      RunningProcess process = command.wrappedIn(outer.toArray(String[]::new)).start("pool");
      process.awaitError(count + (count == 1 ? " copy" : " copies") + " of ");
      return new Pool(checkpoint, folder, process);
    }

    private static Command park(Checkpoint checkpoint, Path folder, int count) {
      return new Command(BENCH, checkpoint.jvm().folder())
          .add(BENCH.launcher(), "park", "--image", checkpoint.image(), "--verbose")
          .add("--count", count)
          .with("CRJVM_POOL", folder.toString());
    }

    /** Returns the process ids of the copies that starts can find. */
    List<Long> parked() throws IOException {
      try (var names = Files.list(folder)) {
        return names
            .map(name -> name.getFileName().toString())
            .filter(name -> name.matches("[0-9a-f]+-[0-9a-f]+-[0-9]+"))
            .map(name -> Long.valueOf(name.substring(name.lastIndexOf('-') + 1)))
            .sorted()
            .toList();
      }
    }

    void awaitParked(int count) {
      Await.until(
          RunningProcess.LIMIT,
          count + " parked copies",
          () -> parked().size() == count,
          process::describe);
    }

    /** Returns a start of the image that may take a copy of this pool. */
    Command command(Object... options) {
      return checkpoint
          .command("--no-fallback", "--verbose")
          .add(options)
          .with("CRJVM_POOL", folder.toString());
    }

    /** Starts the image, which has to take a copy, and waits for its first answer. */
    Copy take(Object... options) throws IOException {
      return await(command(options).start("copy"));
    }

    Copy await(RunningProcess front) throws IOException {
      checkpoint.await(front);
      Copy copy = new Copy(front, applicationId());
      assertThat(copy.pid()).as(front::describe).isNotEqualTo(front.pid());
      return copy;
    }

    private long applicationId() throws IOException {
      return Long.parseLong(checkpoint.askLines("/pid").get(0));
    }

    /** Expects an ordinary restore, after which all copies are still parked. */
    void expectNotTaken(Command command, String reason) throws Exception {
      List<Long> before = parked();
      RunningProcess restored = checkpoint.await(command.start("ordinary"));
      assertThat(restored.stderr()).contains(NOT_TAKEN).contains(reason);
      assertThat(parked()).isEqualTo(before).isNotEmpty();
      assertThat(parked()).doesNotContain(applicationId());
      end(restored);
    }

    /** Ends a process that may have programs around it. */
    private static void end(RunningProcess process) throws Exception {
      process.process().descendants().forEach(ProcessHandle::destroy);
      process.process().destroy();
      process.awaitExit();
    }
  }

  /** A copy that was taken, and the process that has taken it. */
  private record Copy(RunningProcess front, long pid) {
    boolean isAlive() throws IOException {
      return isRunning(pid);
    }

    void awaitEnd() {
      Await.until(RunningProcess.LIMIT, "the end of the copy", () -> !isAlive(), front::describe);
    }
  }

  @OnEachJdk
  @Tag("core")
  void aStartTakesACopyAndAnotherIsParked(Jdk jdk) throws Exception {
    Pool pool = Pool.start(IMAGE.of(jdk), 2);
    List<Long> before = pool.parked();
    assertThat(before).hasSize(2);

    Path folder = BENCH.newFolder("elsewhere");
    Command command = pool.command("-Dcolour=green", "--", "one", "two");
    Copy copy =
        pool.await(
            command
                .in(folder)
                .with("SHAPE", "round")
                .input(Redirect.from(file(folder, "a line\n").toFile()))
                .start("copy"));
    Checkpoint checkpoint = pool.checkpoint();
    assertThat(before).contains(copy.pid());
    assertThat(checkpoint.ask("/property?name=crjvm.args")).isEqualTo("one\ntwo");
    assertThat(checkpoint.ask("/property?name=colour")).isEqualTo("green");
    assertThat(checkpoint.ask("/env?name=SHAPE")).isEqualTo("round");
    assertThat(checkpoint.ask("/child-env?name=SHAPE")).isEqualTo("round");
    assertThat(checkpoint.askLines("/cwd")).containsOnly(folder.toString());
    assertThat(checkpoint.ask("/read-line")).isEqualTo("a line");
    assertThat(ProcFile.of(copy.pid(), "cwd").toRealPath()).isEqualTo(folder.toRealPath());

    pool.awaitParked(2);
    assertThat(pool.parked()).doesNotContain(copy.pid());
    assertThat(copy.front().terminate()).as(copy.front()::describe).isEqualTo(TERMINATED);
    assertThat(copy.front().stdout()).isEqualTo("test application: stopped\n");
    copy.awaitEnd();

    List<Long> left = pool.parked();
    assertThat(left).allMatch(pid -> Files.exists(perfdata(pid)));
    assertThat(pool.process().terminate()).isEqualTo(TERMINATED);
    pool.awaitParked(0);
    assertThat(left).noneMatch(pid -> Files.exists(perfdata(pid)));
  }

  private static Path perfdata(long pid) {
    return Path.of("/tmp/hsperfdata_" + User.ORDINARY.name(), Long.toString(pid));
  }

  private static Path file(Path folder, String text) throws IOException {
    return Files.writeString(folder.resolve("input"), text);
  }

  /** Everything in it works, it has no descriptor more, and it can make an image itself. */
  @Test
  void aCopyIsAWholeRestoredProcess() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withExercises().vm("-Dcrjvm.it.without=buffers");
    Checkpoint checkpoint = jvm.checkpoint();
    RunningProcess ordinary = checkpoint.restore();
    Set<Integer> numbers = descriptorNumbers(ordinary.pid());
    assertThat(ordinary.terminate()).isEqualTo(TERMINATED);

    Pool pool = Pool.start(checkpoint, 1);
    Path next = jvm.folder().resolve("next");
    Copy copy = pool.take("-Dcrjvm.image=" + next);
    assertThat(descriptorNumbers(copy.pid())).containsExactlyInAnyOrderElementsOf(numbers);
    for (String exercise : checkpoint.askLines("/exercises")) {
      assertThat(Http.get(checkpoint.port(), "/exercise?name=" + exercise).status())
          .as(exercise)
          .isEqualTo(200);
    }
    assertThat(checkpoint.ask("/checkpoint")).isEqualTo("asked");
    assertThat(copy.front().awaitExit()).as(copy.front()::describe).isZero();
    assertThat(copy.front().stderr()).contains("crjvm: image ready: ");
    RunningProcess restored =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "run", "--no-fallback", "--image", next)
            .start("next");
    assertThat(checkpoint.await(restored).terminate()).isEqualTo(TERMINATED);
  }

  /** While it sleeps it would be using the file, and no other process could. */
  @Test
  void noCopyOfAnImageWithAWrittenMappingIsParked() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).withExercises().checkpoint();
    Path folder = BENCH.newFolder("pool").resolve("copies");
    expect(UNUSABLE, "which the application has mapped for writing", checkpoint, folder, 1);
    assertThat(checkpoint.restore().terminate()).isEqualTo(TERMINATED);
  }

  /** Returns the numbers of all descriptors but sockets: a client keeps some connections open. */
  private static Set<Integer> descriptorNumbers(long pid) throws IOException {
    Map<Integer, String> targets = ProcFile.targets(pid);
    targets.values().removeIf(target -> target.startsWith("socket:"));
    return targets.keySet();
  }

  @Test
  void copiesAreDifferentAndEndAsTheirOwnProcessesWould() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 2, "--refill-after", "0");
    Checkpoint checkpoint = pool.checkpoint();
    int port = FreePort.find();
    Copy first = pool.take();
    RunningProcess second =
        pool.command("--listen", checkpoint.port() + "=" + port).start("second");
    Http.awaitAnswer(second, port, "/");
    assertThat(Http.ask(port, "/pid").lines()).doesNotContain(Long.toString(first.pid()));
    assertThat(Http.ask(port, "/random")).isNotEqualTo(checkpoint.ask("/random"));
    assertThat(checkpoint.ask("/count")).isEqualTo(Http.ask(port, "/count"));

    Http.ask(port, "/exit?status=7");
    assertThat(second.awaitExit()).as(second::describe).isEqualTo(7);
    RunningProcess.signal("KILL", first.pid());
    assertThat(first.front().awaitExit()).isEqualTo(KILLED);

    Copy killed = pool.take();
    killed.front().kill();
    killed.front().awaitKilled();
    killed.awaitEnd();
  }

  @Test
  void aCopyStopsAndContinuesWithItsStart() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    Copy copy = pool.take();
    copy.front().signal("TSTP");
    awaitState(copy, copy.pid(), "T");
    awaitState(copy, copy.front().pid(), "T");
    copy.front().signal("CONT");
    assertThat(pool.checkpoint().ask("/")).isEqualTo("ok");
    RunningProcess.signal("STOP", copy.pid());
    awaitState(copy, copy.front().pid(), "T");
    copy.front().signal("CONT");
    assertThat(pool.checkpoint().ask("/")).isEqualTo("ok");
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** An orphan stays a zombie if nobody asks for its status. */
  private static boolean isRunning(long pid) throws IOException {
    try {
      return !ProcFile.isZombie(pid);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void awaitState(Copy copy, long pid, String state) {
    Await.until(
        RunningProcess.LIMIT,
        "state " + state + " of " + pid,
        () -> RunningProcess.status(pid, "State").startsWith(state),
        copy.front()::describe);
  }

  /** Returns where a link leads, or no text if it is gone: connections end at any time. */
  private static String target(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  @Test
  void closedStreamsAndLimitsAndSignalsAreTheStarts() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<String> words = pool.command().words();
    Command shell =
        new Command(BENCH, pool.checkpoint().jvm().folder())
            .add("sh", "-c", "umask 027; ulimit -n 1000; ulimit -c 0; trap '' HUP; exec \"$@\" <&-")
            .add("sh", words)
            .with("CRJVM_POOL", pool.folder().toString());
    Copy copy = pool.await(shell.start("copy"));
    // The first file that the application opens gets the free number: a connection.
    assertThat(target(ProcFile.of(copy.pid(), "fd/0"))).doesNotStartWith("/");
    assertThat(Files.readString(ProcFile.of(copy.pid(), "limits")))
        .containsPattern("Max open files +1000 +1000 ")
        .containsPattern("Max core file size +0 +0 ");
    assertThat(RunningProcess.status(copy.pid(), "Umask")).isEqualTo("0027");
    long ignored = Long.parseUnsignedLong(RunningProcess.status(copy.pid(), "SigIgn"), 16);
    assertThat(ignored & 1).as("SIGHUP is ignored").isEqualTo(1);
    assertThat(Files.readString(ProcFile.of(copy.pid(), "oom_score_adj")))
        .isEqualTo(Files.readString(ProcFile.of(copy.front().pid(), "oom_score_adj")));
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** The front keeps no stream open that the application has closed. */
  @Test
  void whoReadsItsOutputSeesTheEnd() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    Copy copy = pool.take();
    assertThat(ProcFile.of(copy.front().pid(), "fd/0")).doesNotExist();
    assertThat(ProcFile.of(copy.front().pid(), "fd/1")).doesNotExist();
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** Whoever reads from a pipe that the start has inherited sees its end. */
  @Test
  void theFrontKeepsNoDescriptor() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    Path file = file(pool.folder().getParent(), "");
    String shell = "ulimit -Sn 64; exec \"$@\" 9<" + file;
    Copy copy = pool.await(outer(pool, "sh", "-c", shell, "sh").start("copy"));
    assertThat(ProcFile.targets(copy.front().pid()).values()).doesNotContain(file.toString());
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** A start takes no copy that has other rights, limits or priorities than the start has. */
  @Test
  void otherSurroundingsMeanAnOrdinaryRestore() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    pool.expectNotTaken(outer(pool, "nice", "-n", "5"), "another priority");
    pool.expectNotTaken(outer(pool, "setpriv", "--no-new-privs"), "NoNewPrivs: in /proc");
    pool.expectNotTaken(outer(pool, "taskset", "-c", "0"), "Cpus_allowed: in /proc");
    pool.expectNotTaken(
        outer(pool, "unshare", "--user", "--map-current-user", "--ipc"),
        "it may not look into the copy");
    pool.expectNotTaken(outer(pool, "setarch", "--addr-no-randomize"), "its personality");
    pool.expectNotTaken(
        pool.command("--map", "/nowhere=" + pool.folder().getParent()), "--map is another");
  }

  /** In a sandbox a start could get out of it by a copy outside. */
  @Test
  void aStartInASandboxTakesNoCopyOutside() throws Exception {
    String confined = BENCH.program("confined").toString();
    Command probe = new Command(BENCH, BENCH.newFolder("probe")).add(confined, "true");
    Requirement.need(probe.run("probe").awaitExit() == 0, "the kernel has no Landlock");
    List<String> equal = List.of("setpriv", "--no-new-privs");
    Pool pool = Pool.start(equal, IMAGE.of(Jdk.any()), 1);
    pool.expectNotTaken(outer(pool, confined), "it may not look into the copy, as in a sandbox");
    Copy copy = pool.await(outer(pool, equal.toArray(String[]::new)).start("copy"));
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** Two filters can be different, and the kernel says only how many there are. */
  @Test
  void noCopyIsTakenUnderAFilter() throws Exception {
    Requirement.need(User.isRoot(), "only root can set a filter without no_new_privs");
    String filtered = BENCH.program("filtered").toString();
    Pool pool = Pool.start(List.of(filtered), IMAGE.of(Jdk.any()), 1);
    pool.expectNotTaken(
        pool.command().wrappedIn(filtered), "its seccomp filters can't be compared");
  }

  /** A service with Type=notify may be another process's only if systemd is told so. */
  @Test
  void aServiceThatNotifiesTakesNoCopy() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    Command command = pool.command().with("NOTIFY_SOCKET", "/nowhere");
    RunningProcess restored = pool.checkpoint().await(command.start("service"));
    assertThat(pool.checkpoint().askLines("/pid")).containsOnly(Long.toString(restored.pid()));
    assertThat(pool.parked()).isEqualTo(before);
    assertThat(restored.terminate()).isEqualTo(TERMINATED);
  }

  private static Command outer(Pool pool, String... words) {
    return new Command(BENCH, pool.checkpoint().jvm().folder())
        .add((Object[]) words)
        .add(pool.command().words())
        .with("CRJVM_POOL", pool.folder().toString());
  }

  @Test
  void aStartCanDoWithoutACopy() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    RunningProcess restored = pool.checkpoint().await(pool.command("--no-parked").start("alone"));
    assertThat(restored.messages()).noneMatch(line -> line.contains("parked"));
    assertThat(pool.checkpoint().askLines("/pid")).containsOnly(Long.toString(restored.pid()));
    assertThat(pool.parked()).isEqualTo(before);
    assertThat(restored.terminate()).isEqualTo(TERMINATED);
  }

  @Test
  void anotherUserCanNeitherSeeNorTakeOne() throws Exception {
    Requirement.need(User.isRoot(), "only root can start processes of two users");
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    RunningProcess list =
        new Command(BENCH, pool.folder().getParent())
            .add("ls", pool.folder())
            .as(User.OTHER)
            .run("list");
    assertThat(list.awaitExit()).as(list::describe).isNotZero();
    RunningProcess root = pool.command().as(User.ROOT).start("root");
    pool.checkpoint().await(root);
    assertThat(pool.parked()).isEqualTo(before);
    assertThat(pool.checkpoint().askLines("/pid")).containsOnly(Long.toString(root.pid()));
    assertThat(root.terminate()).isEqualTo(TERMINATED);
  }

  /** An application's time goes on where the checkpoint was, however long its copy was parked. */
  @Test
  void timeSpentParkedDoesNotCount() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    long parkedAt = System.nanoTime();
    RunningProcess early = pool.checkpoint().await(pool.command("--no-parked").start("early"));
    long earlyClock = Long.parseLong(pool.checkpoint().ask("/nano"));
    assertThat(early.terminate()).isEqualTo(TERMINATED);
    Await.until(
        RunningProcess.LIMIT,
        "the time to pass",
        () -> System.nanoTime() - parkedAt > TimeUnit.SECONDS.toNanos(20));
    Copy late = pool.take();
    long lateClock = Long.parseLong(pool.checkpoint().ask("/nano"));
    assertThat(lateClock - earlyClock).isLessThan(TimeUnit.SECONDS.toNanos(15));
    assertThat(late.front().terminate()).isEqualTo(TERMINATED);
  }

  @Test
  void aNewImageReplacesTheCopiesToo() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Checkpoint checkpoint = jvm.checkpoint();
    Pool pool = Pool.start(checkpoint, 1);
    List<Long> before = pool.parked();
    Files.move(checkpoint.image(), checkpoint.image().resolveSibling("old"));
    checkpoint.again();
    pool.process().awaitError("has ended; making another");
    awaitOther(pool, before);
    Copy copy = pool.take();
    assertThat(before).doesNotContain(copy.pid());
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** A release is often switched by a link on the way to the image. */
  @Test
  void aLinkToAnotherImageReplacesTheCopiesToo() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Release release = Release.of(checkpoint.image());
    Pool pool = Pool.start(checkpoint, 1, "--image", release.image());
    List<Long> before = pool.parked();
    release.change();
    pool.process().awaitError("has ended; making another");
    awaitOther(pool, before);
    Copy copy = pool.take("--image", release.image());
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /**
   * Another link to a file changes the file's times, and nobody is told. No start can take the copy
   * then: it has to be made again.
   */
  @Test
  void anImageWhoseFilesWereTouchedIsParkedAgain() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Pool pool = Pool.start(checkpoint, 1);
    List<Long> before = pool.parked();
    Path memory = checkpoint.image().resolve("memory");
    Files.createLink(checkpoint.image().resolveSibling("link"), memory);
    Pool.end(checkpoint.await(pool.command().start("ordinary")));
    awaitOther(pool, before);
    Copy copy = pool.take();
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /**
   * A copy that starts can't find is of no use, and a pool whose folder is gone makes it again. A
   * copy looks for its name when it wakes, at the latest after a minute.
   */
  @Test
  void aCopyThatHasLostItsNameIsReplaced() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    Files.move(pool.folder(), pool.folder().resolveSibling("moved"));
    RunningProcess.signal("IO", before.get(0));
    Await.until(
        RunningProcess.LIMIT,
        "another folder",
        () -> Files.exists(pool.folder()),
        pool.process()::describe);
    awaitOther(pool, before);
    assertThat(pool.take().front().terminate()).isEqualTo(TERMINATED);
  }

  /** systemd-tmpfiles leaves a locked folder in /tmp alone, however old its files are. */
  @Test
  void theFolderIsLockedWhileCopiesAreParked() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1, "--refill-after", "3600");
    assertThat(canLock(pool)).isFalse();
    Copy copy = pool.take();
    pool.process().awaitError("was taken");
    assertThat(canLock(pool)).as("what waits for its time is in the pool, too").isFalse();
    assertThat(pool.process().terminate()).isEqualTo(TERMINATED);
    Await.until(
        RunningProcess.LIMIT, "the end of the lock", () -> canLock(pool), pool.process()::describe);
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  private static boolean canLock(Pool pool) throws Exception {
    return new Command(BENCH, pool.checkpoint().jvm().folder())
            .add("flock", "--nonblock", "--exclusive", pool.folder(), "true")
            .run("lock")
            .awaitExit()
        == 0;
  }

  /** Nobody but its witness can tell that a keeper was killed. */
  @Test
  void aCopyWhoseKeeperWasKilledIsReplaced() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    RunningProcess.signal("KILL", Long.parseLong(RunningProcess.status(before.get(0), "PPid")));
    pool.process().awaitError("has ended; making another");
    Await.until(
        RunningProcess.LIMIT,
        "another copy",
        () -> !isRunning(before.get(0)) && pool.parked().size() > before.size(),
        pool.process()::describe);
    assertThat(pool.take().front().terminate()).isEqualTo(TERMINATED);
  }

  /** Copies that can't answer are passed by, and nothing happens to them. */
  @Test
  void aStartDoesNotNeedStoppedCopies() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 3, "--refill-after", "3600");
    List<Long> before = pool.parked();
    for (int i = 0; i < 2; i++) {
      RunningProcess.signal("STOP", before.get(i));
    }
    Copy copy = pool.take();
    assertThat(copy.pid()).isEqualTo(before.get(2));
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
    RunningProcess.signal("CONT", before.get(0));
    Copy next = pool.take();
    assertThat(next.pid()).isEqualTo(before.get(0));
    assertThat(next.front().terminate()).isEqualTo(TERMINATED);
  }

  /** Two pools of an image with other options are in one folder. */
  @Test
  void aStartPassesByCopiesThatRefuseIt() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 2, "--refill-after", "3600");
    List<Long> before = pool.parked();
    String map = "/nowhere=" + pool.folder().getParent();
    RunningProcess other =
        Pool.park(pool.checkpoint(), pool.folder(), 1).add("--map", map).start("other");
    other.awaitError("1 copy of ");
    Copy copy = pool.take("--map", map);
    assertThat(pool.parked()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
    assertThat(other.terminate()).isEqualTo(TERMINATED);
  }

  private static void awaitOther(Pool pool, List<Long> before) {
    Await.until(
        RunningProcess.LIMIT,
        "another copy",
        () -> isOneOther(pool.parked(), before),
        pool.process()::describe);
  }

  private static boolean isOneOther(List<Long> now, List<Long> before) {
    return now.size() == 1 && !now.equals(before);
  }

  /** A copy that is no longer right is not used. The start then finds the reason by itself. */
  @Test
  void aChangedFileIsNoticedWhenACopyIsTaken() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path jar = jvm.folder().resolve("own.jar");
    Files.copy(BENCH.application(), jar);
    User.ORDINARY.own(jar);
    Checkpoint checkpoint = jvm.main("-jar", jar.toString()).checkpoint();
    Pool pool = Pool.start(checkpoint, 1);
    Path other = Files.writeString(jvm.folder().resolve("other.jar"), "not this one");
    Files.move(jar, jvm.folder().resolve("kept.jar"));
    Files.move(other, jar, StandardCopyOption.ATOMIC_MOVE);
    RunningProcess refused = pool.command().run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr()).contains("the file \"" + jar + "\" has changed");
    pool.process().awaitError("trying again to park a copy");
    Files.move(jvm.folder().resolve("kept.jar"), jar, StandardCopyOption.REPLACE_EXISTING);
    pool.awaitParked(1);
    assertThat(pool.take().front().terminate()).isEqualTo(TERMINATED);
  }

  /** The port is another process's: the start says so, once, as without a pool. */
  @Test
  void aTakenPortIsToldByTheStart() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    Copy copy = pool.take();
    pool.awaitParked(1);
    RunningProcess refused = pool.command().run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.messages())
        .as(refused::describe)
        .filteredOn(line -> line.startsWith("crjvm: cannot restore"))
        .singleElement()
        .asString()
        .contains("port " + pool.checkpoint().port() + " is taken");
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /**
   * The copy ends when it can't start a thread, and has the port by then. The start has to see the
   * same reason, and not that port.
   */
  @Test
  void aCopyThatFailsLateDoesNotHoldThePort() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1, "--refill-after", "0");
    for (int i = 0; i < 5; i++) {
      pool.awaitParked(1);
      RunningProcess refused = outer(pool, "prlimit", "--nproc=1:1").run("refused");
      assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
      assertThat(refused.stderr())
          .contains("(RLIMIT_NPROC, ulimit -u) is 1")
          .doesNotContain("cannot restore \"" + pool.checkpoint().image() + "\": port");
    }
  }

  @Test
  void nothingParkedOutlivesThePool() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 2, "--refill-after", "3600");
    Copy copy = pool.take();
    List<Long> left = pool.parked();
    assertThat(left).hasSize(1);
    RunningProcess.signal("KILL", pool.process().pid());
    pool.process().awaitExit();
    pool.awaitParked(0);
    Await.until(
        RunningProcess.LIMIT,
        "the end of the parked copy",
        () -> !isRunning(left.get(0)),
        copy.front()::describe);
    assertThat(pool.checkpoint().ask("/")).isEqualTo("ok");
    assertThat(copy.front().terminate()).isEqualTo(TERMINATED);
  }

  /** A stopped process ends only when it goes on. */
  @Test
  void aStoppedCopyDoesNotOutliveThePool() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    long copy = pool.parked().get(0);
    long keeper = Long.parseLong(RunningProcess.status(copy, "PPid"));
    RunningProcess.signal("STOP", copy);
    RunningProcess.signal("KILL", pool.process().pid());
    Await.until(
        RunningProcess.LIMIT,
        "the end of the parked copy and its keeper",
        () -> !isRunning(copy) && !isRunning(keeper),
        pool.process()::describe);
    pool.awaitParked(0);
  }

  @Test
  void anEndedCopyIsReplacedAndAnEndedKeeperDoesNotEndTheApplication() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    List<Long> before = pool.parked();
    RunningProcess.signal("KILL", before.get(0));
    awaitOther(pool, before);
    Copy copy = pool.take();
    long keeper = Long.parseLong(RunningProcess.status(copy.pid(), "PPid"));
    RunningProcess.signal("KILL", keeper);
    assertThat(pool.checkpoint().ask("/")).isEqualTo("ok");
    RunningProcess.signal("TERM", copy.front().pid());
    assertThat(copy.front().awaitExit()).isEqualTo(WRONG_USE);
    assertThat(copy.front().stderr()).contains("the keeper of its parked copy has ended");
    assertThat(copy.front().stdout()).isEqualTo("test application: stopped\n");
  }

  /** Parked copies are the first to go when memory is short, and use no processor time. */
  @Test
  void aParkedCopySleeps() throws Exception {
    Pool pool = Pool.start(IMAGE.of(Jdk.any()), 1);
    long pid = pool.parked().get(0);
    assertThat(Files.readString(ProcFile.of(pid, "oom_score_adj")).strip()).isEqualTo("1000");
    assertThat(ProcFile.threadNames(pid)).hasSize(1);
    List<String> before = processorTime(pid);
    Await.assertLasts(
        Duration.ofSeconds(10),
        "no processor time",
        () -> processorTime(pid).equals(before),
        pool.process()::describe);
    RunningProcess list =
        new Command(BENCH, pool.folder().getParent())
            .add(BENCH.launcher(), "park", "--list")
            .with("CRJVM_POOL", pool.folder().toString())
            .run("list");
    assertThat(list.stdout())
        .matches(pid + "  [0-9]+ MiB  \"" + pool.checkpoint().image() + "\"\n");
    assertThat(pool.process().terminate()).isEqualTo(TERMINATED);
  }

  private static List<String> processorTime(long pid) throws IOException {
    List<String> stat = new ArrayList<>(List.of(ProcFile.stat(pid)));
    return stat.subList(11, 15);
  }

  @Test
  void badInputIsRefused() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("pool").resolve("copies");
    expect(WRONG_USE, "takes a number from 1 to 1000, not \"0\"", checkpoint, folder, 0);
    expect(WRONG_USE, "\"--memory\" takes a size", checkpoint, folder, 1, "--memory", "much");
    expect(WRONG_USE, "one copy of ", checkpoint, folder, 1, "--memory", "100K");
    expect(WRONG_USE, "\"--map\" takes OLD=NEW", checkpoint, folder, 1, "--map", "some");
    expect(WRONG_USE, "\"--image\" needs a value", checkpoint, folder, 1, "--image", "");
    expect(WRONG_USE, "unknown option \"--some\"", checkpoint, folder, 1, "--some");
    expect(WRONG_USE, "\"relative\" has to be", checkpoint, Path.of("relative"), 1);
    expect(UNUSABLE, "there is no such image", checkpoint, folder, 1, "--image", "/no/image");
    Path open = BENCH.newFolder("open");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    expect(WRONG_USE, "others can enter", checkpoint, open, 1);
  }

  private static void expect(
      int status, String text, Checkpoint checkpoint, Path folder, int count, Object... options)
      throws Exception {
    RunningProcess refused = Pool.park(checkpoint, folder, count).add(options).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(status);
    assertThat(refused.messages()).as(refused::describe).hasSize(1);
    assertThat(refused.stderr()).contains(text);
  }

  @Test
  void commandsThatBeginAtOnceMakeOneFolder() throws Exception {
    for (int round = 0; round < ROUNDS_AT_ONCE; round++) {
      Path folder = BENCH.newFolder("at-once");
      List<RunningProcess> all = new ArrayList<>();
      for (int i = 0; i < COMMANDS_AT_ONCE; i++) {
        all.add(
            new Command(BENCH, folder)
                .add(BENCH.launcher(), "park", "--list")
                .with("CRJVM_POOL", folder.resolve("pool").toString())
                .start("list-" + i));
      }
      for (RunningProcess each : all) {
        assertThat(each.awaitExit()).as(each::describe).isZero();
        assertThat(each.stdout() + each.stderr()).isEqualTo("no copy is parked\n");
      }
    }
  }
}
