package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code crjvm sign} and {@code --require-signature}. The keys come from OpenSSL, which checks the
 * signatures, too.
 */
@BesideOthers
@Tag("core")
class SignatureIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final int UNUSABLE = 124;

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> new TestJvm(BENCH, jdk).vm("-Dkept=of checkpoint").arguments("a b").checkpoint());

  /** A signed image. It is always a copy, never the shared image itself. */
  private record Signed(Checkpoint checkpoint, Path image, Path known) {
    Command run(Object... options) {
      return crjvm(checkpoint, "run", "--image", image).add(options);
    }

    Command requiring(Object... options) {
      return run("--require-signature", known).add(options);
    }

    RunningProcess restore() throws Exception {
      return checkpoint.await(requiring("--no-fallback").start("restore"));
    }

    /**
     * Checks that there is no restore and one line, and that the application starts as the signed
     * manifest says.
     */
    void assertFallsBack(String cause) throws Exception {
      assertRefused(requiring("--no-fallback"), cause);
      RunningProcess normal = checkpoint.await(requiring().start("fallback"));
      assertThat(normal.messages()).hasSize(1);
      assertThat(normal.messages().get(0)).contains(cause, "; starting the application normally");
      assertThat(checkpoint.ask("/property?name=kept")).isEqualTo("of checkpoint");
      assertThat(checkpoint.ask("/env?name=CRJVM_REQUIRE_SIGNATURE")).isEqualTo("null");
      assertThat(normal.terminate()).isEqualTo(143);
    }

    void flip(String name, long at) throws IOException {
      Path file = image.resolve(name);
      try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
        content.seek(at);
        int old = content.read();
        content.seek(at);
        content.write(old ^ 0x10);
      }
    }
  }

  private static Command crjvm(Checkpoint checkpoint, Object... words) {
    return new Command(BENCH, checkpoint.jvm().folder()).add(BENCH.launcher()).add(words);
  }

  private static void succeed(Command command, String name) throws Exception {
    RunningProcess process = command.run(name);
    assertThat(process.awaitExit()).as(process::describe).isZero();
  }

  private static void assertRefused(Command command, String... cause) throws Exception {
    RunningProcess error = command.run("refused");
    assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
    assertThat(error.stderr()).hasLineCount(1).startsWith("crjvm: cannot ").contains(cause);
  }

  private static Path copy(Checkpoint checkpoint) throws IOException {
    Path copy = BENCH.newFolder("signed").resolve("image");
    User.ORDINARY.own(Files.createDirectory(copy));
    try (Stream<Path> files = Files.list(checkpoint.image())) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(file.getFileName());
        Files.copy(file, target);
        User.ORDINARY.own(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
      }
    }
    return copy;
  }

  private static Path key(Checkpoint checkpoint, Path folder, String name) throws Exception {
    Path secret = folder.resolve(name + "-private.pem");
    Path known = folder.resolve(name + ".pem");
    Path at = checkpoint.jvm().folder();
    succeed(
        new Command(BENCH, at).add("openssl", "genpkey", "-algorithm", "ed25519", "-out", secret),
        "genpkey");
    succeed(
        new Command(BENCH, at).add("openssl", "pkey", "-in", secret, "-pubout", "-out", known),
        "pubout");
    return known;
  }

  private static Path secretOf(Path known) {
    return known.resolveSibling(known.getFileName().toString().replace(".pem", "-private.pem"));
  }

  private static Signed signed() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = copy(checkpoint);
    Path known = key(checkpoint, image.getParent(), "known");
    succeed(crjvm(checkpoint, "sign", "--key", secretOf(known), image), "sign");
    return new Signed(checkpoint, image, known);
  }

  @Test
  void aSignedImageIsRestored() throws Exception {
    Signed signed = signed();
    succeed(
        new Command(BENCH, signed.image())
            .add("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", signed.known(), "-rawin")
            .add("-in", "manifest", "-sigfile", "manifest.sig"),
        "openssl");
    succeed(
        crjvm(signed.checkpoint(), "verify", "--require-signature", signed.known(), signed.image()),
        "verify");

    RunningProcess restored = signed.restore();
    assertThat(signed.checkpoint().ask("/count")).isEqualTo("21");
    assertThat(restored.stderr()).isEmpty();
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void thePathMayHaveLinksAndTheKeyMayComeFromTheEnvironment() throws Exception {
    Signed signed = signed();
    Path link = signed.image().resolveSibling("current");
    Files.createSymbolicLink(link, signed.image());
    RunningProcess restored =
        signed
            .checkpoint()
            .await(
                crjvm(signed.checkpoint(), "run", "--no-fallback", "--image", link)
                    .with("CRJVM_REQUIRE_SIGNATURE", signed.known().toString())
                    .start("restore"));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void theCommandOfAForeignManifestIsNotExecuted() throws Exception {
    Signed signed = signed();
    Path trace = signed.image().resolveSibling("trace");
    Path manifest = signed.image().resolve("manifest");
    String text = Files.readString(manifest);
    String foreign =
        text.replaceFirst("command.vm=.*", "command.vm=/usr/bin/touch\ncommand.vm=" + trace);
    Files.writeString(manifest, foreign);

    String cause = "is not signed by a key of \"" + signed.known() + "\"";
    assertRefused(signed.requiring(), cause, "give --fallback COMMAND");
    assertRefused(signed.requiring("--no-restore"), cause, "give --fallback COMMAND");
    assertRefused(signed.requiring("--no-fallback"), cause);
    // The restorer finds this fault before it looks at any signature.
    Files.delete(signed.image().resolve("plan"));
    RunningProcess error = signed.requiring().run("incomplete");
    assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
    assertThat(error.stderr()).contains(cause);
    assertThat(trace).doesNotExist();

    RunningProcess own = signed.requiring("--fallback", "echo mine").run("own");
    assertThat(own.awaitExit()).as(own::describe).isZero();
    assertThat(own.stdout()).isEqualTo("mine\n");
  }

  @Test
  void anUnsignedImageIsRefused() throws Exception {
    Signed signed = signed();
    Files.delete(signed.image().resolve("manifest.sig"));
    assertRefused(signed.requiring(), "it is not signed; ", "give --fallback COMMAND");
    Path other = key(signed.checkpoint(), signed.image().getParent(), "other");
    succeed(crjvm(signed.checkpoint(), "sign", "--key", secretOf(other), signed.image()), "sign");
    assertRefused(signed.requiring(), "is not signed by a key of \"" + signed.known() + "\"");
  }

  @Test
  void everyFileIsCheckedBeforeTheRestore() throws Exception {
    Signed signed = signed();
    long middle = Files.size(signed.image().resolve("memory")) / 2;
    signed.flip("memory", middle);
    signed.assertFallsBack(
        "its file \"memory\" is damaged in the block at " + (middle >> 20 << 20));
    signed.flip("memory", middle);
    for (String name : List.of("plan", "file-1", "memory.sha256")) {
      signed.flip(name, 40);
      assertRefused(signed.requiring("--no-fallback"), "its file \"" + name + "\" is damaged");
      signed.flip(name, 40);
    }
    assertThat(signed.restore().terminate()).isEqualTo(143);
  }

  @Test
  void nothingElseIsInTheImage() throws Exception {
    Signed signed = signed();
    Path more = User.ORDINARY.own(Files.createFile(signed.image().resolve("more")));
    assertRefused(signed.requiring("--no-fallback"), "there is a file \"more\" in it");
    RunningProcess verify = crjvm(signed.checkpoint(), "verify", signed.image()).run("verify");
    assertThat(verify.awaitExit()).isEqualTo(1);
    assertThat(verify.stderr()).contains("its manifest does not name it");
    Files.delete(more);
    assertThat(signed.restore().terminate()).isEqualTo(143);
  }

  /**
   * Compares a required file by its digest. Without a signature, its size and time would be enough.
   */
  @Test
  void whatTheImageRequiresIsComparedByItsDigest() throws Exception {
    Path jar = BENCH.newFolder("application").resolve("application.jar");
    User.ORDINARY.own(Files.copy(BENCH.application(), jar));
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).main("-jar", jar.toString()).checkpoint();
    Path known = key(checkpoint, BENCH.newFolder("keys"), "known");
    succeed(crjvm(checkpoint, "sign", "--key", secretOf(known), checkpoint.image()), "sign");
    Signed signed = new Signed(checkpoint, checkpoint.image(), known);
    assertThat(signed.restore().terminate()).isEqualTo(143);

    var open = PosixFilePermissions.fromString("rwxrwxrwx");
    var before = Files.getPosixFilePermissions(jar.getParent());
    Files.setPosixFilePermissions(jar.getParent(), open);
    assertRefused(
        signed.requiring("--no-fallback"), "\"" + jar.getParent() + "\" can be written by others");
    Files.setPosixFilePermissions(jar.getParent(), before);

    FileTime time = Files.getLastModifiedTime(jar);
    byte[] content = Files.readAllBytes(jar);
    content[content.length / 2] ^= 1;
    Files.write(jar, content);
    Files.setLastModifiedTime(jar, time);
    assertRefused(
        signed.requiring("--no-fallback"),
        "\"" + jar + "\" is not the file that the image requires: it has another content");
  }

  @Test
  void anOlderImageIsRefusedIfAskedFor() throws Exception {
    Signed signed = signed();
    Path newest = BENCH.newFolder("state").resolve("newest");
    Command restore = signed.requiring("--no-fallback", "--no-older", newest);
    assertThat(signed.checkpoint().await(restore.start("first")).terminate()).isEqualTo(143);
    String time = Files.readString(newest);
    assertThat(time).matches("20..-..-..T..:..:..Z");
    assertThat(signed.checkpoint().await(restore.start("again")).terminate()).isEqualTo(143);

    User.ORDINARY.own(Files.writeString(newest, "2099-01-01T00:00:00Z"));
    assertRefused(
        restore,
        "it was made at " + time + ", and one of 2099-01-01T00:00:00Z was accepted before");
    Files.writeString(newest, "2020-01-01T00:00:00Z");
    assertThat(signed.checkpoint().await(restore.start("newer")).terminate()).isEqualTo(143);
    assertThat(Files.readString(newest)).isEqualTo(time);
    Files.writeString(newest, "yesterday");
    assertRefused(restore, "\"" + newest + "\" is damaged");

    RunningProcess unsigned = signed.run("--no-older", newest).run("unsigned");
    assertThat(unsigned.awaitExit()).isEqualTo(125);
    assertThat(unsigned.stderr()).contains("\"--no-older\" needs \"--require-signature\"");
  }

  /** Shows that the command of an image that is too old is not used either. */
  @Test
  void theCommandOfAnOlderImageIsNotExecuted() throws Exception {
    Signed signed = signed();
    Path newest = BENCH.newFolder("state").resolve("newest");
    User.ORDINARY.own(Files.writeString(newest, "2099-01-01T00:00:00Z"));
    String cause = "and one of 2099-01-01T00:00:00Z was accepted before";
    Command start = signed.requiring("--no-older", newest);
    assertRefused(start, cause, "its command for the normal start can't be trusted either");
    assertRefused(signed.requiring("--no-restore", "--no-older", newest), cause);
    RunningProcess own =
        signed.requiring("--no-older", newest, "--fallback", "echo mine").run("own");
    assertThat(own.awaitExit()).as(own::describe).isZero();
    assertThat(own.stdout()).isEqualTo("mine\n");
    signed.flip("memory", 1 << 20);
    assertRefused(start, cause);
    assertThat(newest).hasContent("2099-01-01T00:00:00Z");
  }

  /** Lets another user lock what can be opened: the folder and the file. */
  @Test
  void anotherUsersLockHoldsUpNoStart() throws Exception {
    Signed signed = signed();
    Path folder = BENCH.newFolder("state");
    Path newest = folder.resolve("newest");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    RunningProcess holder =
        new Command(BENCH, Path.of("/"))
            .as(User.OTHER)
            .add("flock", folder, "sh", "-c", "echo held; exec tail -f /dev/null")
            .start("holder");
    Await.until(
        Duration.ofSeconds(30),
        "the lock",
        () -> holder.stdout().contains("held"),
        holder::describe);
    try {
      Command start = signed.requiring("--no-fallback", "--no-older", newest);
      assertThat(signed.checkpoint().await(start.start("locked")).terminate()).isEqualTo(143);
      assertThat(newest).isNotEmptyFile();
      assertThat(Files.getPosixFilePermissions(folder.resolve("newest.lock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    } finally {
      holder.kill();
    }
  }

  /** Shows that an image that can't be used here does not shut out an older one that can. */
  @Test
  void onlyAnImageThatCanBeUsedCountsAsTheNewest() throws Exception {
    Signed signed = signed();
    Path series = BENCH.newFolder("series");
    Path newest = BENCH.newFolder("state").resolve("newest");
    for (int number = 1; number <= 2; number++) {
      Path image = series.resolve("image-00000000" + number);
      succeed(new Command(BENCH, series).add("cp", "-r", signed.image(), image), "copy");
    }
    Path latest = series.resolve("image-000000002");
    Path manifest = latest.resolve("manifest");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("created=....", "created=2099"));
    succeed(crjvm(signed.checkpoint(), "sign", "--key", secretOf(signed.known()), latest), "sign");
    Command start =
        crjvm(signed.checkpoint(), "run", "--image", series, "--no-fallback")
            .add("--require-signature", signed.known(), "--no-older", newest)
            .add("--match-environment", "MODE");
    RunningProcess refused = start.with("MODE", "other").run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(newest).doesNotExist();
  }

  /** Requires more files than the verifier may have open. */
  @Test
  void fewDescriptorsAreEnough() throws Exception {
    Signed signed = signed();
    Path folder = BENCH.newFolder("required");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      Path file = folder.resolve("file-" + i);
      User.ORDINARY.own(Files.writeString(file, "x" + i));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      String hex = HexFormat.of().formatHex(digest);
      lines.append("requires=" + hex + " " + Files.size(file) + " " + file + "\n");
    }
    Files.writeString(
        signed.image().resolve("manifest"), lines.toString(), StandardOpenOption.APPEND);
    succeed(
        crjvm(signed.checkpoint(), "sign", "--key", secretOf(signed.known()), signed.image()),
        "sign");
    Path verifier = BENCH.launcher().resolveSibling("../libexec/crjvm-verify");
    Command verify =
        new Command(BENCH, signed.image())
            .add("prlimit", "--nofile=100", "--", verifier, signed.known(), signed.image());
    succeed(verify, "verify");
    Files.writeString(folder.resolve("file-149"), "y149");
    RunningProcess refused = verify.run("refused");
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(refused.stdout()).contains("file-149").contains("it has another content");
  }

  @Test
  void whatOthersCanWriteIsRefused() throws Exception {
    Signed signed = signed();
    Path parent = signed.image().getParent();
    for (Path path :
        List.of(signed.image(), signed.image().resolve("memory"), signed.known(), parent)) {
      var before = Files.getPosixFilePermissions(path);
      for (String more : List.of("rwxrwx---", "rwx----w-")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(more));
        String name = path.endsWith("memory") ? "memory" : path.toString();
        assertRefused(
            signed.requiring("--no-fallback"), "\"" + name + "\" can be written by others");
      }
      Files.setPosixFilePermissions(path, before);
    }
    assertThat(signed.restore().terminate()).isEqualTo(143);
  }

  @Test
  void whatBelongsToSomebodyElseIsRefused() throws Exception {
    Requirement.need(User.isRoot(), "only root can give files away");
    Signed signed = signed();
    Path plan = signed.image().resolve("plan");
    User.OTHER.own(plan);
    Files.setPosixFilePermissions(plan, PosixFilePermissions.fromString("r--r--r--"));
    assertRefused(signed.requiring("--no-fallback"), "\"plan\" belongs to another user");
    User.ROOT.own(plan); // This is the case in a container.
    assertThat(signed.restore().terminate()).isEqualTo(143);
  }

  @Test
  void aRestoreThatIsGivenUpStartsByTheSignedCommand() throws Exception {
    Signed signed = signed();
    RunningProcess normal =
        signed.requiring("--match-environment", "MODE").with("MODE", "other").start("given-up");
    normal.awaitError("starting the application normally");
    assertThat(normal.messages()).hasSize(1);
    normal.kill();
  }

  @Test
  void aNewWorkingSetTakesTheSignatureAway() throws Exception {
    Signed signed = signed();
    RunningProcess optimize =
        crjvm(signed.checkpoint(), "optimize", "--train", signed.image()).run("optimize");
    assertThat(optimize.awaitExit()).as(optimize::describe).isZero();
    assertThat(optimize.stdout()).contains("sign it again");
    assertThat(signed.image().resolve("manifest.sig")).doesNotExist();
    succeed(crjvm(signed.checkpoint(), "verify", signed.image()), "verify");
  }
}
