package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.AttachSocket;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The restored application is the launcher's process, in the launcher's environment. */
@BesideOthers
@Tag("core")
public class RestoredProcessIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm =
                new TestJvm(BENCH, jdk)
                    .withAllCompilers()
                    .vm("-Dkept=of checkpoint", "-Dchanged=of checkpoint")
                    .arguments("first", "second");
            Files.writeString(jvm.folder().resolve("relative"), "of checkpoint\n");
            Command command =
                jvm.command(
                    "image="
                        + jvm.image()
                        + ",at=http:"
                        + jvm.url()
                        + ",warmup="
                        + jvm.url()
                        + "cwd");
            RunningProcess process =
                command
                    .with("ONLY_AT_CHECKPOINT", "yes")
                    .with("CHANGED", "of checkpoint")
                    .run("checkpoint");
            assertThat(process.awaitExit()).as(process::describe).isZero();
            return new Checkpoint(BENCH, jvm, process);
          });

  @OnEachJdk
  @Tag("smoke")
  void restoreKeepsPidParentSessionAndLimits(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Command shell = new Command(BENCH, checkpoint.jvm().folder());
    RunningProcess restored =
        checkpoint.await(
            shell
                .add("sh", "-c", "ulimit -c 0; ulimit -n 1000; exec \"$@\"", "sh")
                .add(BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image())
                .start("restore"));
    String pid = Long.toString(restored.pid());
    assertThat(checkpoint.askLines("/pid")).containsOnly(pid);
    assertThat(restored.status("PPid")).isEqualTo(Long.toString(ProcessHandle.current().pid()));
    // The fields are state, ppid, pgrp, session and terminal.
    assertThat(stat(restored.pid())).isEqualTo(stat(ProcessHandle.current().pid()));
    assertThat(Files.readString(ProcFile.of(restored.pid(), "cgroup")))
        .isEqualTo(Files.readString(Path.of("/proc/self/cgroup")));
    assertThat(Files.readString(ProcFile.of(restored.pid(), "limits")))
        .containsPattern("Max core file size +0 ")
        .containsPattern("Max open files +1000 ");
  }

  /**
   * Uses code that was compiled with the old id. The compilers trust final fields of the JDK, so an
   * id that they had seen would stay in the code. The application also has a handle of its own.
   */
  @OnEachJdk
  void compiledCodeHasTheOwnProcessId(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    String warmUp = "URLcompiled-pid*20;URLcompiled-handle*20".replace("URL", jvm.url());
    Checkpoint image = jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + warmUp);
    RunningProcess restored = image.restore();
    String pid = Long.toString(restored.pid());
    assertThat(image.ask("/compiled-pid")).isEqualTo(pid);
    assertThat(image.ask("/compiled-handle")).isEqualTo(pid + " " + pid + " true true");
    assertThat(image.askLines("/pid")).containsOnly(pid);
  }

  private static List<String> stat(long pid) throws IOException {
    String[] fields = ProcFile.stat(pid);
    // The parent of this process is another one: the child's parent is this process.
    if (pid == ProcessHandle.current().pid()) {
      fields[1] = Long.toString(pid);
    }
    return List.of(fields).subList(1, 5);
  }

  @OnEachJdk
  @Tag("smoke")
  void restoreBringsTheEnvironmentOfTheLauncher(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    checkpoint.await(
        checkpoint
            .command("--no-fallback")
            .with("CHANGED", "of restore")
            .with("NEW", "größer = $1 \"'")
            .start("restore"));
    for (String command : List.of("/env", "/env-map", "/child-env")) {
      assertThat(checkpoint.ask(command + "?name=CHANGED")).as(command).isEqualTo("of restore");
      assertThat(checkpoint.ask(command + "?name=NEW")).as(command).isEqualTo("größer = $1 \"'");
      assertThat(checkpoint.ask(command + "?name=ONLY_AT_CHECKPOINT"))
          .as(command)
          .isEqualTo("null");
    }
  }

  @OnEachJdk
  void restoreSetsSystemProperties(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    checkpoint.restore("-Dchanged=of restore", "-Dnew=a=b c", "-Dempty=");
    assertThat(checkpoint.ask("/property?name=kept")).isEqualTo("of checkpoint");
    assertThat(checkpoint.ask("/property?name=changed")).isEqualTo("of restore");
    assertThat(checkpoint.ask("/property?name=new")).isEqualTo("a=b c");
    assertThat(checkpoint.ask("/property?name=empty")).isEmpty();
  }

  @OnEachJdk
  void restoreWorksInTheFolderOfTheLauncher(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path other = BENCH.newFolder("other");
    Files.writeString(other.resolve("relative"), "of restore\n");
    checkpoint.await(checkpoint.command("--no-fallback").in(other).start("restore"));
    assertThat(checkpoint.askLines("/cwd")).containsOnly(other.toString());
    assertThat(checkpoint.ask("/read?name=relative")).isEqualTo("of restore");
  }

  @OnEachJdk
  void argumentsOfTheRestoreAreProperties(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    checkpoint.restore("--", "one", "two words", "");
    assertThat(checkpoint.ask("/property?name=crjvm.args")).isEqualTo("one\ntwo words\n");
    assertThat(checkpoint.ask("/property?name=crjvm.args.count")).isEqualTo("3");
    assertThat(checkpoint.ask("/property?name=crjvm.args.1")).isEqualTo("two words");
  }

  @OnEachJdk
  void withoutArgumentsTheOldOnesStay(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    checkpoint.restore();
    assertThat(checkpoint.ask("/property?name=crjvm.args")).isEqualTo("null");
    assertThat(checkpoint.ask("/args")).endsWith("first second");
  }

  /**
   * Makes locales by copying the one that every Debian has. The C library accepts copies under
   * other names.
   */
  private static Path locales() throws Exception {
    Path original = Path.of("/usr/lib/locale/C.utf8");
    Requirement.need(Files.isDirectory(original), "there is no \"" + original + "\"");
    Path folder = BENCH.newFolder("locales");
    for (String name : List.of("de_AT.UTF-8", "sr_RS.UTF-8@latin")) {
      Process copy =
          new ProcessBuilder("cp", "-r", original.toString(), folder.resolve(name).toString())
              .start();
      assertThat(copy.waitFor()).isZero();
    }
    return folder;
  }

  @OnEachJdk
  void localeIsThatOfANormalStart(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    String locales = locales().toString();
    for (String option : List.of("-Dother=x", "-Duser.language=fr")) {
      List<String> answers = new ArrayList<>();
      for (String mode : List.of("--no-fallback", "--no-restore")) {
        RunningProcess process =
            checkpoint.await(
                checkpoint
                    .command(mode, option)
                    .with("LOCPATH", locales)
                    .with("LANG", "de_AT.UTF-8")
                    .with("LC_MESSAGES", "sr_RS.UTF-8@latin")
                    .start("locale" + mode));
        answers.add(checkpoint.ask("/locale"));
        assertThat(process.terminate()).isEqualTo(143);
      }
      assertThat(answers.get(0)).isEqualTo(answers.get(1));
      assertThat(answers.get(0).lines())
          .contains("DISPLAY=" + (option.contains("fr") ? "fr" : "sr") + "_RS_#Latn")
          .anyMatch(line -> line.startsWith(option.contains("fr") ? "FORMAT=fr_" : "FORMAT=de_"));
    }
  }

  @OnEachJdk
  void vmOptionsAreThoseOfANormalStart(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    for (String mode : List.of("--no-fallback", "--no-restore")) {
      RunningProcess process =
          checkpoint.await(
              checkpoint
                  .command(mode)
                  .add("--vm-option", "+HeapDumpOnOutOfMemoryError")
                  .add("--vm-option", "HeapDumpPath=/tmp/a b=c")
                  .add("--vm-option", "SoftMaxHeapSize=64m")
                  .add("--vm-option", "-ShowCodeDetailsInExceptionMessages")
                  .start("vm-options" + mode));
      String ask = "/vm-option?name=";
      assertThat(checkpoint.ask(ask + "HeapDumpOnOutOfMemoryError")).isEqualTo("true");
      assertThat(checkpoint.ask(ask + "HeapDumpPath")).isEqualTo("/tmp/a b=c");
      assertThat(checkpoint.ask(ask + "SoftMaxHeapSize")).isEqualTo("67108864");
      assertThat(checkpoint.ask(ask + "ShowCodeDetailsInExceptionMessages")).isEqualTo("false");
      assertThat(process.messages()).isEmpty();
      assertThat(process.terminate()).isEqualTo(143);
    }
  }

  @OnEachJdk
  void vmOptionThatHotSpotRefusesIsOneLine(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored =
        checkpoint.restore("--vm-option", "MinHeapFreeRatio=120", "--vm-option", "HeapDumpPath=x");
    assertThat(restored.messages())
        .singleElement()
        .asString()
        .startsWith("crjvm: the VM option \"MinHeapFreeRatio=120\" can't be set (");
    assertThat(checkpoint.ask("/vm-option?name=HeapDumpPath")).isEqualTo("x");
  }

  @OnEachJdk
  void verboseTellsWhatHasChanged(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path other = BENCH.newFolder("other");
    RunningProcess restored =
        checkpoint.await(
            checkpoint
                .command("--no-fallback", "--verbose", "-Dsecret=hidden")
                .add("--vm-option", "+HeapDumpOnOutOfMemoryError", "--", "a", "b")
                .in(other)
                .with("CHANGED", "hidden")
                .with("TZ", "Asia/Tokyo")
                .with("LC_ALL", "C")
                .start("verbose"));
    long before = checkpoint.process().pid();
    restored.awaitError("restore: restored in ");
    assertThat(
            restored.messages().stream()
                .map(line -> line.replaceFirst("[0-9]+\\.[0-9]{3} ms", "T")))
        .anyMatch(
            line ->
                line.matches(
                    "crjvm: restore: environment: T: . set \\(CHANGED, LC_ALL, .*TZ\\),"
                        + " 1 removed \\(ONLY_AT_CHECKPOINT\\)"))
        .contains(
            "crjvm: restore: working directory: T: " + checkpoint.jvm().folder() + " -> " + other)
        .contains("crjvm: restore: process id: T: " + before + " -> " + restored.pid())
        .anyMatch(line -> line.startsWith("crjvm: restore: randomness: T: new seeds for threads,"))
        .contains("crjvm: restore: user: T")
        .contains("crjvm: restore: system properties: T: 1 set (secret)")
        .contains("crjvm: restore: ports: T")
        .contains("crjvm: restore: VM options: T: 1 set (HeapDumpOnOutOfMemoryError=true)")
        .anyMatch(line -> line.matches("crjvm: restore: time zone: T: .+ -> Asia/Tokyo"))
        .contains("crjvm: restore: locale: T: en -> en-US")
        .contains("crjvm: restore: arguments: T: 2 set");
    assertThat(restored.stderr()).doesNotContain("hidden");
  }

  @OnEachJdk
  void jcmdAndJpsSeeTheRestoredProcess(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored = checkpoint.restore();
    String pid = Long.toString(restored.pid());
    Set<String> ids = new HashSet<>(threadIds(pid)); // A thread may end before the dump is read.
    RunningProcess threads = tool(checkpoint, "jcmd", pid, "Thread.print");
    assertThat(threads.awaitExit()).as(threads::describe).isZero();
    assertThat(threads.stdout()).contains("\"DestroyJavaVM\"", "\"HTTP-Dispatcher\"");
    ids.addAll(threadIds(pid));
    assertThat(nativeIds(threads.stdout())).isNotEmpty().isSubsetOf(ids);
    assertThat(tool(checkpoint, "jps", "-l").stdout().lines())
        .anyMatch(l -> l.startsWith(pid + " "));
    assertThat(tool(checkpoint, "jcmd", "-l").stdout().lines())
        .anyMatch(l -> l.startsWith(pid + " "));
    assertThat(tool(checkpoint, "jcmd", pid, "VM.version").stdout()).contains("JDK " + jdk.major());
    assertThat(tool(checkpoint, "jcmd", pid, "GC.heap_info").stdout()).contains("total");
    assertThat(tool(checkpoint, "jstat", "-gc", pid).stdout()).contains("YGC");
    RunningProcess record = tool(checkpoint, "jcmd", pid, "JFR.start", "name=it");
    assertThat(record.stdout()).as(record::describe).contains("Started recording");
    Path recording = checkpoint.jvm().folder().resolve("it.jfr");
    tool(checkpoint, "jcmd", pid, "JFR.dump", "name=it", "filename=" + recording);
    assertThat(recording).isNotEmptyFile();

    restored.terminate();
    assertThat(leftBehind(pid)).isEmpty();
  }

  /**
   * Uses a process id that is free again. The tools take the socket of the killed JVM for that of
   * the process that has the id now.
   */
  @Test
  void toolsDoNotMeetTheSocketOfKilledJvmOfTheSameId() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path gate = BENCH.newFolder("gate").resolve("pipe");
    assertThat(new Command(BENCH, gate.getParent()).add("mkfifo", gate).run("mkfifo").awaitExit())
        .isZero();
    String[] whenThere = {"sh", "-c", "read line <" + gate + "; exec \"$@\"", "sh"};
    RunningProcess restored =
        checkpoint.command("--no-fallback").wrappedIn(whenThere).start("restore");
    Path socket = AttachSocket.leave(BENCH.newFolder("socket"), restored.pid(), User.ORDINARY);
    Files.writeString(gate, "go\n");
    checkpoint.await(restored);
    assertThat(socket).doesNotExist();
    RunningProcess threads = tool(checkpoint, "jcmd", restored.pid() + "", "Thread.print");
    assertThat(threads.awaitExit()).as(threads::describe).isZero();
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static RunningProcess tool(Checkpoint checkpoint, String tool, String... arguments)
      throws Exception {
    return new Command(BENCH, checkpoint.jvm().folder())
        .add(checkpoint.jvm().jdk().tool(tool), List.of(arguments))
        .run(tool);
  }

  private static List<String> threadIds(String pid) throws IOException {
    try (Stream<Path> threads = Files.list(ProcFile.of(Long.parseLong(pid), "task"))) {
      return threads.map(thread -> thread.getFileName().toString()).toList();
    }
  }

  /**
   * Returns the native thread ids in a thread dump. They must be the ids of the process's threads.
   */
  private static List<String> nativeIds(String dump) {
    return Pattern.compile("nid=(\\S+)")
        .matcher(dump)
        .results()
        .map(match -> Integer.decode(match.group(1)).toString())
        .toList();
  }

  /** Returns the files in /tmp that have the process's id in their names. */
  public static List<String> leftBehind(String pid) throws IOException {
    List<Path> candidates = new ArrayList<>(List.of(AttachSocket.of(Long.parseLong(pid))));
    // This is not a walk, because other users' folders can't be read, and come and go.
    try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
      files
          .filter(file -> file.getFileName().toString().startsWith("hsperfdata_"))
          .forEach(folder -> candidates.add(folder.resolve(pid)));
    }
    return candidates.stream().filter(Files::exists).map(Path::toString).toList();
  }

  @OnEachJdk
  void tellsHowItWasStarted(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/property?name=crjvm.start")).isEqualTo("restored");
    String id = checkpoint.ask("/property?name=crjvm.image.id");
    assertThat(Files.readString(checkpoint.image().resolve("manifest")))
        .contains("\nimage-id=" + id + "\n");
    assertThat(restored.terminate()).isEqualTo(143);
    RunningProcess normal = checkpoint.await(checkpoint.command("--no-restore").start("normal"));
    assertThat(checkpoint.ask("/property?name=crjvm.start")).isEqualTo("fallback");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void beganWithItsRestore(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    long before = System.currentTimeMillis();
    RunningProcess restored = checkpoint.restore();
    String[] times = checkpoint.ask("/uptime").split(" ");
    long after = System.currentTimeMillis();
    assertThat(Long.parseLong(times[0])).isBetween(before, after);
    assertThat(Long.parseLong(times[1])).isBetween(0L, after - before);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /**
   * Shows that a later restore removes the files of killed processes, as HotSpot does when it
   * starts.
   */
  @Test
  void whatKilledProcessesHaveLeftGoesAtALaterStart() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess killed = checkpoint.restore();
    killed.signal("KILL");
    assertThat(killed.awaitExit()).isEqualTo(137);
    assertThat(leftBehind(Long.toString(killed.pid()))).isNotEmpty();
    RunningProcess restored = checkpoint.restore();
    assertThat(leftBehind(Long.toString(killed.pid()))).isEmpty();
    assertThat(leftBehind(Long.toString(restored.pid()))).isNotEmpty();
    RunningProcess beside =
        checkpoint
            .command("--no-fallback", "--listen", checkpoint.jvm().port() + "=0")
            .start("beside");
    String its = Long.toString(beside.pid());
    Await.until(
        RunningProcess.LIMIT, "its file", () -> !leftBehind(its).isEmpty(), beside::describe);
    beside.awaitError("crjvm: listening: ");
    assertThat(leftBehind(Long.toString(restored.pid()))).as("of one that runs").isNotEmpty();
    assertThat(beside.terminate()).isEqualTo(143);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void anotherUserRestoresWhatHeMayRead(Jdk jdk) throws Exception {
    Requirement.need(User.isRoot(), "only root can become a second user");
    Checkpoint checkpoint = IMAGE.of(jdk);
    Process chmod =
        new ProcessBuilder("chmod", "-R", "a+rX", checkpoint.image().toString()).start();
    assertThat(chmod.waitFor()).isZero();
    RunningProcess restored =
        checkpoint.await(
            checkpoint.command("--no-fallback").as(User.OTHER).in(Path.of("/")).start("restore"));
    assertThat(restored.status("Uid").split("\\s+")).containsOnly("65534");
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(checkpoint.ask("/property?name=user.name")).isEqualTo("nobody");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void endsWithTheStatusOfTheApplication(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/exit?status=7")).isEqualTo("exiting");
    assertThat(restored.awaitExit()).isEqualTo(7);
    assertThat(restored.stdout()).contains("test application: stopped");
  }

  @OnEachJdk
  void diesOfSignalsAsAJvmDoes(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    for (var signal :
        java.util.Map.of("INT", 130, "TERM", 143, "HUP", 129, "KILL", 137).entrySet()) {
      RunningProcess restored = checkpoint.restore();
      restored.signal(signal.getKey());
      assertThat(restored.awaitExit()).as(signal.getKey()).isEqualTo(signal.getValue());
      boolean hasRunHook = restored.stdout().contains("test application: stopped");
      assertThat(hasRunHook).as("shutdown hook").isEqualTo(!signal.getKey().equals("KILL"));
    }
  }

  /** Ignores signals like nohup, or like a shell that starts a job in the background. */
  @Test
  void signalsThatTheCallerIgnoresAreIgnoredAndNoOthers() throws Exception {
    String[] ignoring = {"env", "--ignore-signal=HUP,INT,USR1"};
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).under(ignoring).checkpoint();
    for (var signal : java.util.Map.of("INT", 130, "HUP", 129).entrySet()) {
      RunningProcess restored = checkpoint.restore();
      restored.signal(signal.getKey());
      assertThat(restored.awaitExit()).as(signal.getKey()).isEqualTo(signal.getValue());
    }
    RunningProcess ignorant =
        checkpoint.await(
            new Command(BENCH, checkpoint.jvm().folder())
                .add((Object[]) ignoring)
                .add(checkpoint.command("--no-fallback").words().toArray())
                .start("ignorant"));
    for (String signal : List.of("INT", "HUP", "USR1")) {
      ignorant.signal(signal);
      assertThat(checkpoint.ask("/count")).as(signal).isNotEmpty();
    }
    assertThat(ignorant.terminate()).as(ignorant::describe).isEqualTo(143);
  }
}
