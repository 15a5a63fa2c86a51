package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.AttachSocket;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Another ordinary user of the machine can't make crjvm delete or change files that are not that
 * user's.
 */
@Tag("variant")
class NeighbourIT {
  /** A name with a number that is higher than any process id. */
  private static final String LEFT = ".image.2000000000.partial";

  private static final String SCRIPT_OF_LINKS =
      "mkdir -m 777 '%1$s/%2$s' && ln -s '%3$s' '%1$s/%2$s/link'"
          + " && ln -s '%3$s' '%1$s/.image.2000000001.partial'";

  /** Lets nobody write to a file whose group may not. */
  private static final String SET_LIST =
      """
      import os, struct, sys
      none = 0xffffffff
      entries = ((1, 6, none), (2, 6, 65534), (4, 4, none), (16, 6, none), (32, 4, none))
      words = b''.join(struct.pack('<HHI', *entry) for entry in entries)
      os.setxattr(sys.argv[1], 'system.posix_acl_access', struct.pack('<I', 2) + words)
      """;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static Path sharedFolder(boolean isSticky) throws Exception {
    Path shared = BENCH.newFolder("shared");
    int status =
        new ProcessBuilder("chmod", isSticky ? "1777" : "777", shared.toString()).start().waitFor();
    assertThat(status).isZero();
    User.ROOT.own(shared);
    return shared;
  }

  private static Path precious() throws IOException {
    Path folder = BENCH.newFolder("precious");
    User.ORDINARY.own(Files.writeString(folder.resolve("file"), "kept"));
    return folder;
  }

  private static void asOther(String script) throws Exception {
    RunningProcess other =
        new Command(BENCH, Path.of("/")).add("sh", "-c", script).as(User.OTHER).run("other");
    assertThat(other.awaitExit()).as(other::describe).isZero();
  }

  /**
   * Unpacks an archive into a folder, which removes the leftovers of killed processes beside it.
   */
  private static void unpackInto(Path shared) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path archive = checkpoint.jvm().folder().resolve("archive");
    if (!Files.exists(archive)) {
      run(checkpoint, "pack", checkpoint.image(), archive);
    }
    run(checkpoint, "unpack", archive, shared.resolve("image"));
    assertThat(shared.resolve("image/plan")).exists();
  }

  private static void run(Checkpoint checkpoint, Object... words) throws Exception {
    RunningProcess process =
        new Command(BENCH, checkpoint.jvm().folder()).add(BENCH.launcher()).add(words).run("crjvm");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
  }

  @Test
  void whatAnotherHasPutThereStays() throws Exception {
    Path precious = precious();
    Path shared = sharedFolder(true);
    asOther(String.format(SCRIPT_OF_LINKS, shared, LEFT, precious));
    unpackInto(shared);
    assertThat(precious.resolve("file")).hasContent("kept");
    assertThat(shared.resolve(LEFT).resolve("link")).isSymbolicLink();
    assertThat(shared.resolve(".image.2000000001.partial")).isSymbolicLink();
  }

  /**
   * Lets the other user rename a folder of the victim. This is possible if the parent folder is not
   * sticky, or belongs to the other user.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void foldersThatAnotherHasRenamedStay(boolean isHis) throws Exception {
    Path shared = sharedFolder(isHis);
    if (isHis) {
      User.OTHER.own(shared);
    }
    Path precious = User.ORDINARY.own(Files.createDirectory(shared.resolve("precious")));
    User.ORDINARY.own(Files.writeString(precious.resolve("file"), "kept"));
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rwx------"));
    asOther("mv '" + precious + "' '" + shared.resolve(LEFT) + "'");
    unpackInto(shared);
    assertThat(shared.resolve(LEFT).resolve("file")).hasContent("kept");
  }

  private static Path library(Path folder, Jdk jdk) throws Exception {
    Path library = Files.copy(BENCH.nativeLibrary(jdk), folder.resolve("libown.so"));
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
    return User.ORDINARY.own(library);
  }

  private static Checkpoint withLibrary(Path library, Jdk jdk) throws Exception {
    return new TestJvm(BENCH, jdk)
        .vm("-Dcrjvm.it.native=" + library)
        .arguments("--exercises")
        .checkpoint();
  }

  /**
   * Opens the folder to the other user when the image is made: the image has a copy of the code.
   */
  @Test
  void anotherCannotChangeTheCodeOfACopy() throws Exception {
    Jdk jdk = Jdk.any();
    Path shared = sharedFolder(false);
    Path library = library(shared, jdk);
    Checkpoint checkpoint = withLibrary(library, jdk);
    asOther(
        "cp '"
            + library
            + "' '"
            + shared
            + "/theirs' && touch -r '"
            + library
            + "' '"
            + shared
            + "/theirs' && rm -f '"
            + library
            + "' && mv '"
            + shared
            + "/theirs' '"
            + library
            + "'");
    assertThat(Files.getOwner(library).getName()).isEqualTo(User.OTHER.name());
    RunningProcess restored = checkpoint.restore();
    assertThat(Files.readString(ProcFile.of(restored.pid(), "maps")))
        .doesNotContain(library.toString());
    assertThat(checkpoint.ask("/exercise?name=native-code")).isNotEmpty();
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Opens the folder only after the image was made. */
  @Test
  void codeThatAnotherCouldChangeIsNotMapped() throws Exception {
    Jdk jdk = Jdk.any();
    // The image would carry the library if it were in the folder of temporary files.
    Path folder = User.ORDINARY.own(Files.createTempDirectory(Path.of("/srv"), "crjvm-it-"));
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      assertOnlyClosedFoldersAreGoodEnough(folder, library(folder, jdk), jdk);
    } finally {
      Workbench.delete(folder);
    }
  }

  private static void assertOnlyClosedFoldersAreGoodEnough(Path folder, Path library, Jdk jdk)
      throws Exception {
    Checkpoint checkpoint = withLibrary(library, jdk);
    RunningProcess restored = checkpoint.restore();
    assertThat(Files.readString(ProcFile.of(restored.pid(), "maps"))).contains(library.toString());
    assertThat(restored.terminate()).isEqualTo(143);

    String cause = "code would come from \"" + library + "\", and ";
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRefused(checkpoint, cause + "others can write to \"" + folder + "\"");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    User.OTHER.own(folder);
    assertRefused(checkpoint, cause + "\"" + folder + "\" belongs to another user (");
  }

  /**
   * Shows that nobody runs an image that another user has put there: an image is code, and so is
   * the command in its manifest.
   */
  @Test
  void imageThatAnotherHasPutThereIsNotRun() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path shared = sharedFolder(true);
    Path theirs = shared.resolve("image");
    Path ran = shared.resolve("ran");
    asRoot("cp", "-r", checkpoint.image(), theirs);
    Files.writeString(
        theirs.resolve("manifest"),
        "format=1\ncommand.vm=sh\ncommand.vm=-c\ncommand.vm=touch " + ran + "\n");
    asRoot("chown", "-R", "nobody", theirs);
    asRoot("chmod", "-R", "a+rX", theirs);

    RunningProcess refused = runImage(theirs);
    assertThat(refused.awaitExit()).isEqualTo(124);
    assertThat(refused.stderr())
        .startsWith("crjvm: cannot restore \"" + theirs + "\": \"" + theirs + "\" belongs to ")
        .contains("crjvm: cannot start the application normally: the command in ");
    assertThat(ran).doesNotExist();

    RunningProcess told = runImage(theirs, "--fallback", "echo normal");
    assertThat(told.awaitExit()).isZero();
    assertThat(told.stdout()).isEqualTo("normal\n");

    Path own = User.OTHER.own(BENCH.newFolder("own"));
    asRoot("mv", theirs, own.resolve("image"));
    asRoot("ln", "-s", own.resolve("image"), theirs);
    asRoot("chown", "-h", "nobody", theirs);
    assertThat(runImage(theirs).stderr()).contains("belongs to another", "can't be trusted");
    assertThat(runImage(shared.relativize(theirs), shared).stderr()).contains("can't be trusted");
    assertThat(ran).doesNotExist();
    asRoot("rm", theirs);
    asRoot("mv", own.resolve("image"), theirs);

    asRoot("chown", "-R", "root", theirs);
    assertThat(runImage(theirs, "--no-restore").awaitExit()).isZero();
    assertThat(ran).as("root's image has its command run").exists();
    asRoot("chmod", "o+w", theirs.resolve("memory"));
    RunningProcess writable = runImage(theirs, "--no-fallback");
    assertThat(writable.awaitExit()).isEqualTo(124);
    assertThat(writable.stderr()).contains("\": others can write to its file \"memory\"; chmod");
    asRoot("chmod", "o-w", theirs.resolve("memory"));
    asRoot("chmod", "757", theirs);
    RunningProcess open = runImage(theirs, "--no-fallback");
    assertThat(open.awaitExit()).isEqualTo(124);
    assertThat(open.stderr()).contains("\": others can write to it; chmod go-w");
  }

  /** Makes an image whose command makes a file {@code ran} beside it. */
  private static Path commanding() throws Exception {
    Path image = BENCH.newFolder("commanding").resolve("image");
    asRoot("cp", "-r", IMAGE.of(Jdk.any()).image(), image);
    Files.writeString(
        image.resolve("manifest"),
        "format=1\ncommand.vm=sh\ncommand.vm=-c\ncommand.vm=touch "
            + image.resolveSibling("ran")
            + "\n");
    asRoot("chown", "-R", User.ORDINARY.name() + ":", image);
    return image;
  }

  /** Shows that neither the memory nor the command of an image is used. */
  private static void assertNotUsed(Path image, String cause) throws Exception {
    for (User user : List.of(User.ORDINARY, User.ROOT)) {
      for (String option : List.of("--no-restore", "--no-fallback")) {
        RunningProcess refused =
            new Command(BENCH, BENCH.newFolder("run"))
                .add(BENCH.launcher(), "run", "--image", image, option)
                .as(user)
                .run("refused");
        assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
        assertThat(refused.stderr()).contains(cause);
        assertThat(refused.messages()).hasSize(1);
      }
    }
    assertThat(image.resolveSibling("ran")).doesNotExist();
  }

  private static void assertCommandRuns(Path image) throws Exception {
    RunningProcess normal = runImage(image, "--no-restore");
    assertThat(normal.awaitExit()).as(normal::describe).isZero();
    Files.delete(image.resolveSibling("ran"));
  }

  @Test
  void commandThatOthersCouldChangeIsNotRun() throws Exception {
    Path image = commanding();
    Path manifest = image.resolve("manifest");
    assertCommandRuns(image);
    asRoot("chmod", "o+w", manifest);
    assertNotUsed(image, "others can write to its file \"manifest\"; chmod go-w");
    asRoot("chmod", "644", manifest);
    asRoot("chown", "nobody", manifest);
    assertNotUsed(image, "its file \"manifest\" belongs to another user (");
    asRoot("chown", "root", manifest);
    assertCommandRuns(image);
    asRoot("chown", "root", image);
    asRoot("chmod", "a+rx", image);
    asRoot("chown", "nobody", image.resolve("memory"));
    asRoot("chmod", "a+r", image.resolve("memory"));
    RunningProcess refused = runImage(image, "--no-fallback");
    assertThat(refused.awaitExit()).isEqualTo(124);
    assertThat(refused.stderr()).contains("\": its file \"").contains("belongs to another user (");
  }

  /** Shows that a group counts as others, unless nobody else is in it or it may become root. */
  @Test
  void groupThatOthersAreInCountsAsOthers() throws Exception {
    Path image = commanding();
    Path manifest = image.resolve("manifest");
    for (Path open : List.of(image, manifest)) {
      String what = open.equals(image) ? "it" : "its file \"manifest\"";
      asRoot("chmod", "g+w", open);
      assertCommandRuns(image); // the group of this user alone
      asRoot("chgrp", "www-data", open);
      assertNotUsed(image, "the group \"www-data\" (33) can write to " + what + "; chmod g-w");
      asRoot("chgrp", "64999", open);
      assertNotUsed(image, "the group 64999 can write to " + what + "; chmod g-w");
      asRoot("chgrp", "sudo", open);
      assertCommandRuns(image);
      asRoot("chgrp", "0", open);
      assertCommandRuns(image);
    }
  }

  /** Shows that a folder above an image, to which a group can write, is as unsafe as /tmp. */
  @Test
  void imageThatAMemberOfAGroupHasPutThereIsNotRun() throws Exception {
    Path image = commanding();
    Path above = BENCH.newFolder("above");
    asRoot("chown", "root:www-data", above);
    asRoot("chmod", "3775", above);
    Path theirs = above.resolve("image");
    asRoot("cp", "-r", image, theirs);
    asRoot("chown", "-R", "www-data:", theirs);
    asRoot("chmod", "-R", "a+rX", theirs);
    assertNotUsed(
        theirs,
        "and lies where the group \"www-data\" (33) can put files; copy it to a folder of your own");
    assertThat(image.resolveSibling("ran")).doesNotExist();
    asRoot("chown", "-R", "root:", theirs);
    assertThat(runImage(theirs, "--no-restore").awaitExit()).isZero();
    assertThat(image.resolveSibling("ran")).exists();
  }

  /** An access control list can name users that no bit of the mode shows. */
  @Test
  void accessControlListCountsAsOthers() throws Exception {
    Requirement.need(
        Files.isExecutable(Path.of("/usr/bin/python3")), "it sets the list by /usr/bin/python3");
    Path image = commanding();
    asRoot("python3", "-c", SET_LIST, image.resolve("manifest"));
    assertNotUsed(
        image, "users of its access control list can write to its file \"manifest\"; setfacl -b");
  }

  /**
   * Uses a user namespace that knows both root and nobody, as containers with mapped users have it.
   */
  @Test
  void nobodyIsNotRootWhereBothAreKnown() throws Exception {
    Path shared = sharedFolder(true);
    Path theirs = shared.resolve("image");
    asRoot("cp", "-r", commanding(), theirs);
    asRoot("chown", "-R", "165534:165534", theirs);
    asRoot("chmod", "-R", "a+rX", theirs);
    RunningProcess refused =
        new Command(BENCH, Path.of("/"))
            .as(User.ROOT)
            .add("unshare", "--user", "--map-users", "100000,0,65536")
            .add("--map-groups", "100000,0,65536", "--setuid", "0", "--setgid", "0", "--")
            .add(BENCH.launcher(), "run", "--image", theirs, "--no-restore")
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
    assertThat(refused.stderr()).contains("belongs to another user (65534), and lies where");
  }

  @Test
  void fileThatBlocksHoldsUpNoStart() throws Exception {
    for (String name : List.of("memory", "plan")) {
      Path image = commanding();
      asRoot("rm", image.resolve(name));
      asRoot("mkfifo", "-m", "600", image.resolve(name));
      asRoot("chown", User.ORDINARY.name(), image.resolve(name));
      RunningProcess normal = runImage(image);
      assertThat(normal.awaitExit()).as(normal::describe).isZero();
      assertThat(normal.messages()).hasSize(1);
      assertThat(image.resolveSibling("ran")).exists();
    }
  }

  /** Looks at another user's image on a terminal that obeys escape sequences. */
  @Test
  void namesInAnImageAreNoOrdersForTheTerminal() throws Exception {
    Path image = sharedFolder(true).resolve("image");
    asRoot("cp", "-r", IMAGE.of(Jdk.any()).image(), image);
    Path manifest = image.resolve("manifest");
    String text = Files.readString(manifest);
    String orders = "\u001b]0;title\u0007\\n\u009b31m";
    Files.writeString(manifest, text.replaceAll("(?m)^(created|command.main)=", "$0" + orders));
    asRoot("chown", "-R", User.ORDINARY.name(), image);
    for (String command : List.of("inspect", "verify")) {
      RunningProcess shown =
          new Command(BENCH, Path.of("/")).add(BENCH.launcher(), command, image).run(command);
      assertThat(shown.awaitExit()).as(shown::describe).isIn(0, 1);
      assertThat(shown.stdout() + shown.stderr()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    }
    assertThat(text).doesNotContain("\u001b");
  }

  /** Uses a process id that another user's killed JVM had. Its socket can't be removed. */
  @Test
  void theSocketOfAnothersKilledJvmPreventsNoCheckpoint() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = jvm.start("train=off");
    Http.awaitAnswer(process, jvm.port(), "/");
    Path socket = AttachSocket.leave(BENCH.newFolder("socket"), process.pid(), User.OTHER);
    try {
      jvm.askForCheckpoint();
      Checkpoint checkpoint = jvm.checkpoint(process);
      RunningProcess restored = checkpoint.restore();
      assertThat(socket).exists();
      RunningProcess version =
          new Command(BENCH, jvm.folder())
              .add(jvm.jdk().tool("jcmd"), restored.pid(), "VM.version")
              .run("jcmd");
      assertThat(version.awaitExit()).as(version::describe).isZero();
      assertThat(restored.terminate()).isEqualTo(143);
    } finally {
      Files.delete(socket);
    }
  }

  private static void asRoot(Object... words) throws Exception {
    RunningProcess root = new Command(BENCH, Path.of("/")).add(words).as(User.ROOT).run("root");
    assertThat(root.awaitExit()).as(root::describe).isZero();
  }

  private static RunningProcess runImage(Path image, String... options) throws Exception {
    return runImage(image, BENCH.newFolder("run"), options);
  }

  private static RunningProcess runImage(Path image, Path folder, String... options)
      throws Exception {
    return new Command(BENCH, folder)
        .add(BENCH.launcher(), "run", "--image", image)
        .add(List.of(options))
        .run("run");
  }

  /**
   * Lets the other user make the file that is to be renamed: in a PID namespace, its number is
   * known.
   */
  @Test
  void portFileIsNoFileOfAnothers() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path shared = sharedFolder(true);
    Path file = shared.resolve("ports");
    asOther("umask 0; for i in $(seq 50); do : >'" + file + "'.$i.partial; done");
    RunningProcess refused =
        checkpoint
            .command("--port-file", file.toString())
            .wrappedIn("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
            .run("refused");
    assertThat(refused.awaitExit()).isEqualTo(124);
    assertThat(refused.stderr()).contains("the port file \"" + file + "\": the place is taken");
    assertThat(file).doesNotExist();
  }

  /** Shows that a port file of somebody else stays as it is, and is not replaced. */
  @Test
  void portFileDoesNotReplaceAnothers() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path shared = BENCH.newFolder("shared");
    Path file = shared.resolve("ports");
    Files.writeString(file, "of another\n");
    asRoot("chown", "nobody", file);
    RunningProcess refused =
        checkpoint
            .command("--listen", checkpoint.port() + "=0", "--port-file", file + "")
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
    assertThat(refused.stderr()).contains("the port file \"" + file + "\": ");
    assertThat(file).hasContent("of another");
  }

  /** Runs as root with the variable HOME of another user, as sudo can be told to do. */
  @Test
  void rootTakesNothingOutOfAnotherUsersCache() throws Exception {
    JavaCache cache = JavaCache.make(BENCH);
    Path folder = BENCH.newFolder("work");
    Jdk jdk = Jdk.any();
    List<String> tool = List.of("-m", "jdk.compiler/com.sun.tools.javac.Main", "-version");
    RunningProcess first = cache.crjvm(jdk, folder, "java").add(tool).run("first");
    assertThat(first.awaitExit()).as(first::describe).isZero();
    assertThat(cache.folder()).isDirectory();
    RunningProcess roots =
        cache
            .crjvm(jdk, folder, "java")
            .add(tool)
            .as(User.ROOT)
            .with("CRJVM_DEBUG", "1")
            .run("root");
    assertThat(roots.awaitExit()).isZero();
    assertThat(roots.stdout()).isEqualTo(first.stdout());
    assertThat(roots.stderr())
        .contains("the cache \"" + cache.folder() + "\" is not a folder of this user's");
  }

  private static void assertRefused(Checkpoint checkpoint, String cause) throws Exception {
    RunningProcess refused = checkpoint.command("--no-fallback").run("refused");
    assertThat(refused.awaitExit()).isEqualTo(124);
    assertThat(refused.stderr()).contains(cause);
  }

  /** Uses the files that a killed unpack leaves. */
  @Test
  void ownLeftoversAreRemoved() throws Exception {
    for (boolean isSticky : new boolean[] {false, true}) {
      Path shared = sharedFolder(isSticky);
      Path left = User.ORDINARY.own(Files.createDirectory(shared.resolve(LEFT)));
      User.ORDINARY.own(Files.createFile(left.resolve(".crjvm-partial")));
      User.ORDINARY.own(Files.createFile(left.resolve("memory")));
      unpackInto(shared);
      assertThat(left).doesNotExist();
    }
  }
}
