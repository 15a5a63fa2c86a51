package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * crjvm on 64-bit ARM: the distribution for it is built here, and runs in a guest with such a
 * processor.
 */
@BesideOthers
@Tag("arm64")
class Aarch64IT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The output of a script whose application has answered and was then ended. */
  private static final String ENDED = "4\n" + ArmProduct.STOPPED;

  private static ArmProduct product;

  /** The first guest, whose processor has all that qemu knows: the images are made there. */
  private static VirtualMachine first;

  @BeforeAll
  static void build() throws Exception {
    product = ArmProduct.build(BENCH);
    first = product.boot("max");
  }

  @AfterAll
  static void stop() {
    if (first != null) {
      first.close();
    }
  }

  /** The images that are there already, because the methods have no order. */
  private static final Set<Path> MADE = new TreeSet<>();

  private static Path image(int jdk, Collector collector) throws Exception {
    Path image = product.image("image-" + jdk + "-" + collector);
    if (MADE.add(image)) {
      String options = String.join(" ", collector.options());
      String script = product.checkpoint(jdk, options, image);
      VirtualMachine.Answer made = first.run(User.ORDINARY, ArmProduct.LIMIT, script);
      assertThat(made.output()).contains("crjvm: image ready: ");
    }
    return image;
  }

  /** Returns the image that most methods use. */
  private static Path image() throws Exception {
    return image(25, Collector.SERIAL);
  }

  @Matrix(parts = 4)
  @ParameterizedTest
  @CsvSource({"25, SERIAL", "17, PARALLEL", "21, G1", "25, Z"})
  void anOrdinaryUserMakesAnImageAndStartsFromIt(int jdk, Collector collector) throws Exception {
    String script = product.restore(image(jdk, collector));
    assertThat(first.run(User.ORDINARY, ArmProduct.LIMIT, script).expectSuccess()).isEqualTo(ENDED);
  }

  /**
   * A thread reads the clock all the time, so the dump of the restored process mostly finds it
   * inside of the vDSO, or of what the restorer has put in its place.
   */
  @Test
  void aRestoredProcessMakesAnImageThatIsStarted() throws Exception {
    Path next = product.image("second");
    String script =
        """
        restore ${image}
        ask count; echo
        ask clock; echo
        ${product}/bin/crjvm checkpoint $jvm --stop --image ${next} >checkpoint 2>&1 || {
            cat checkpoint output
            exit 1
        }
        status=0
        wait $pid || status=$?
        echo $status
        restore ${next}
        ask clock; echo
        date +%s%3N
        ask count; echo
        stop
        """
            .replace("${next}", next.toString());
    String output =
        first
            .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image()))
            .expectSuccess();
    String[] lines = output.split("\n", -1);
    assertThat(output).hasLineCount(8).endsWith("\n5\n" + ArmProduct.STOPPED);
    assertThat(lines[0]).isEqualTo("4");
    assertThat(lines[2]).as("the end with the second image").isEqualTo("0");
    long[] before = numbers(lines[1]);
    long[] after = numbers(lines[3]);
    assertThat(after[0]).as("nanoTime").isGreaterThan(before[0]);
    assertThat(after[1]).as("the time of day").isBetween(before[1], Long.parseLong(lines[4]));
    assertThat(after[2]).as("steps back").isZero();
  }

  @Test
  void aCopyWaitsForItsFirstConnection() throws Exception {
    String script =
        """
        timeout -k 60 900 ${product}/bin/crjvm run --no-fallback --await-connection --port-file ports \
            --image ${image} >output 2>&1 &
        pid=$!
        until [ -s ports ]; do
            kill -0 $pid || { cat output; exit 1; }
            sleep 0.1
        done
        sed -n 's/^State:[[:space:]]*\\(.\\).*/\\1/p' /proc/$(pgrep -P $pid)/status
        ask count; echo
        stop
        """;
    assertThat(
            first
                .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image()))
                .expectSuccess())
        .isEqualTo("S\n" + ENDED);
  }

  @Test
  void aStartTakesAParkedCopy() throws Exception {
    String script =
        """
        export CRJVM_POOL="$PWD/pool"
        listed() { ${product}/bin/crjvm park --list | sed 's/.* MiB .*/one copy/'; }
        ${product}/bin/crjvm park --refill-after 3600 --image ${image} >parked 2>&1 &
        pool=$!
        until [ "$(listed)" = 'one copy' ]; do
            kill -0 $pool || { cat parked; exit 1; }
            sleep 0.1
        done
        timeout -k 60 900 ${product}/bin/crjvm run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        await_answer
        listed
        ask count; echo
        stop
        kill $pool
        wait $pool || true
        """;
    assertThat(
            first
                .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image()))
                .expectSuccess())
        .isEqualTo("no copy is parked\n" + ENDED);
  }

  /** Root gives the start its capability. */
  @Test
  void aCopyHasTheOldProcessId() throws Exception {
    Path next = product.image("of-a-known-process");
    String makes =
        """
        restore ${image}
        ${product}/bin/crjvm checkpoint $jvm --stop --image ${next} >checkpoint 2>&1 || {
            cat checkpoint output
            exit 1
        }
        wait $pid || true
        echo $jvm
        """
            .replace("${next}", next.toString());
    String old =
        first
            .run(User.ORDINARY, ArmProduct.LIMIT, product.script(makes, 25, image()))
            .expectSuccess();
    String starts =
        """
        chmod 755 .
        timeout -k 60 900 setpriv --reuid "$(stat -c %u ${image})" --clear-groups \
            --inh-caps=+checkpoint_restore --ambient-caps=+checkpoint_restore \
            ${product}/bin/crjvm run --no-fallback --pid=same --image ${image} >output 2>&1 &
        pid=$!
        await_answer
        ask pid | sort -u
        stop
        """;
    assertThat(
            first
                .run(User.ROOT, ArmProduct.LIMIT, product.script(starts, 25, next))
                .expectSuccess())
        .isEqualTo(old + ArmProduct.STOPPED);
  }

  @Test
  void eachCopyHasRandomNumbersAndSurroundingsOfItsOwn() throws Exception {
    String script =
        """
        for copy in one two; do
            mkdir $copy
            (cd $copy && WHICH=$copy restore ${image} && ask random && echo && ask 'env?name=WHICH' && echo && ask cwd && echo && stop)
        done
        pwd
        """;
    String output =
        first
            .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image()))
            .expectSuccess();
    List<String> lines = output.lines().toList();
    int half = lines.size() / 2;
    String folder = lines.get(lines.size() - 1);
    assertThat(lines.get(0)).isNotEqualTo(lines.get(half));
    assertThat(lines.get(1)).isEqualTo("one");
    assertThat(lines.get(half + 1)).isEqualTo("two");
    assertThat(lines.get(2)).contains(folder + "/one");
    assertThat(lines.get(half + 2)).contains(folder + "/two");
  }

  @Test
  void aToolIsTrainedAndRunsAsItAlwaysDoes() throws Exception {
    Path image = product.image("tool");
    String script =
        """
        plain() { "$JAVA_HOME/bin/java" -Xmx96m -XX:TieredStopAtLevel=1 "$@"; }
        printf '%s\\n' 'state a "b c"' 'exit 3' throw >training
        plain -javaagent:${product}/crjvm.jar=image=${image},at=main,train=training -cp ${application} \
            crjvm.it.app.ToolApplication state a >making 2>&1
        for words in 'state x y' 'exit 7' throw; do
            status=0
            plain -cp ${application} crjvm.it.app.ToolApplication $words >expected 2>&1 || status=$?
            echo $status >>expected
            status=0
            ${product}/bin/crjvm run --no-fallback --image ${image} -- $words >seen 2>&1 || status=$?
            echo $status >>seen
            diff expected seen
        done
        cat making
        """;
    assertThat(
            first
                .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image))
                .expectSuccess())
        .contains("crjvm: self-check: 3 command lines behave the same restored")
        .contains("crjvm: image ready: ");
  }

  /** The first start makes an image as soon as it answers and is quiet. */
  @Test
  void aPlainCommandStartsFromItsImageLater() throws Exception {
    String script =
        """
        export HOME="$PWD"
        PATH="$JAVA_HOME/bin:$PATH"
        start() {
            timeout -k 60 900 ${product}/bin/crjvm java -Xmx96m -XX:TieredStopAtLevel=1 \
                -jar ${application} --port ${port} >output 2>&1 &
            pid=$!
            await_answer
            ask count; echo
        }
        start
        until ${product}/bin/crjvm cache list >list && grep -q '^ready ' list; do
            if ! kill -0 $pid || grep "^can't" -A 1 list; then
                cat output
                exit 1
            fi
            sleep 0.5
        done
        stop
        start
        stop
        """;
    assertThat(
            first
                .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image()))
                .expectSuccess())
        .isEqualTo("1\n" + ArmProduct.STOPPED + "2\n" + ArmProduct.STOPPED);
  }

  private static long[] numbers(String line) {
    return Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  /** The image is made on a processor with pointer authentication and SVE. */
  @ParameterizedTest
  @CsvSource({
    "ARM64_FORKY, max, 0, ''",
    "ARM64_TRIXIE, neoverse-n1, 124, the CPU lacks ",
    "ARM64_TRIXIE, 'max,pauth-qarma3=on', 124, pointer authentication",
    "ARM64_TRIXIE, 'max,sve-max-vq=1', 124, vector"
  })
  void theImageRunsOnOtherMachines_OrWhatTheyLackIsNamed(
      Kernel kernel, String cpu, int status, String cause) throws Exception {
    Path image = ArmProduct.broughtBack(first, image());
    try (VirtualMachine guest = product.boot(kernel, cpu)) {
      VirtualMachine.Answer answer =
          guest.run(User.ORDINARY, ArmProduct.LIMIT, product.restore(image));
      assertThat(answer.status()).as(answer.output()).isEqualTo(status);
      if (status == 0) {
        assertThat(answer.output()).isEqualTo(ENDED);
      } else {
        assertThat(answer.output())
            .hasLineCount(1)
            .startsWith("crjvm: cannot restore ")
            .contains(cause);
      }
    }
  }

  @Test
  void anImageOfAProcessorWithoutPointerAuthenticationRunsOnOneWithIt() throws Exception {
    Path image = product.image("without-signatures");
    try (VirtualMachine older = product.boot("neoverse-n1")) {
      String script = product.checkpoint(25, "", image);
      VirtualMachine.Answer made = older.run(User.ORDINARY, ArmProduct.LIMIT, script);
      assertThat(made.output()).contains("crjvm: image ready: ");
      older.bringBack(image);
    }
    try (VirtualMachine newer = product.boot(Kernel.ARM64_TRIXIE, "max")) {
      assertThat(newer.run(User.ORDINARY, ArmProduct.LIMIT, product.restore(image)).expectSuccess())
          .isEqualTo(ENDED);
    }
  }

  private static Path portableImage(String level) throws Exception {
    Path image = product.image("portable-" + level);
    if (MADE.add(image)) {
      String script = product.checkpoint(25, "", "portable=" + level + ",", image);
      VirtualMachine.Answer made = first.run(User.ORDINARY, ArmProduct.LIMIT, script);
      assertThat(made.output())
          .contains("crjvm: portable=" + level + ": starting the JVM again, in place")
          .contains("crjvm: image ready: ");
    }
    return image;
  }

  /** The image is made on a processor with pointer authentication, SVE and much more. */
  @Matrix(parts = 3)
  @ParameterizedTest
  @CsvSource({
    "v8.1, neoverse-n1",
    "v8, cortex-a72",
    "v8.1, 'max,pauth-qarma3=on,sve-max-vq=1'",
  })
  void aPortableImageRunsOnOtherProcessors(String level, String cpu) throws Exception {
    Path image = ArmProduct.broughtBack(first, portableImage(level));
    try (VirtualMachine guest = product.boot(Kernel.ARM64_TRIXIE, cpu)) {
      VirtualMachine.Answer answer =
          guest.run(User.ORDINARY, ArmProduct.LIMIT, product.restore(image));
      assertThat(answer.expectSuccess()).isEqualTo(ENDED);
    }
  }

  /** A copy goes on within the level on the machine with more, and so does an image of it. */
  @Test
  void aCopyOfAPortableImageStaysWithinItsLevel() throws Exception {
    Path next = product.image("portable-second");
    String script =
        """
        restore ${image}
        ask count; echo
        ${product}/bin/crjvm checkpoint $jvm --stop --image ${next} >checkpoint 2>&1 || {
            cat checkpoint output
            exit 1
        }
        wait $pid || true
        ${product}/bin/crjvm inspect ${next} | grep -E 'CPU|portable'
        """
            .replace("${next}", next.toString());
    String output =
        first
            .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, portableImage("v8.1")))
            .expectSuccess();
    assertThat(output)
        .startsWith("4\n")
        .contains(" CPU with aes pmull sha1 sha2 crc32 atomics asimdrdm\n");
  }

  @Test
  void whereNobodyMayTraceThereIsNoPortableImageButTheApplication() throws Exception {
    Path image = product.image("portable-not");
    String script =
        """
        "$JAVA_HOME/bin/java" -Xmx96m -XX:TieredStopAtLevel=1 \
            -javaagent:${product}/crjvm.jar=image=${image},portable=v8.1,at=http:${url} \
            -jar ${application} --port ${port} >output 2>&1 &
        pid=$!
        await_answer
        ask count; echo
        kill $pid
        wait $pid || true
        cat output
        """;
    first.run(User.ROOT, "sysctl -q -w kernel.yama.ptrace_scope=2").expectSuccess();
    try {
      VirtualMachine.Answer answer =
          first.run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, image));
      assertThat(answer.output())
          .startsWith("1\n")
          .contains("crjvm: no checkpoint will be made: portable=v8.1: the process may use ")
          .contains(", paca, ")
          .contains("; allow ptrace (kernel.yama.ptrace_scope at most 1");
    } finally {
      first.run(User.ROOT, "sysctl -q -w kernel.yama.ptrace_scope=1").expectSuccess();
    }
  }

  /** What needs the kernel of such a machine is skipped there, and seen by the other tests. */
  @ParameterizedTest
  @ValueSource(strings = {"restorer", "helper", "verifier", "transfer"})
  void theCodeOfTheProgramsPassesItsTests(String program) throws Exception {
    product.testCode(program);
  }

  @Test
  void anImageOfAnotherMachineIsLookedAtAndSent_AndNotStarted() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Path keys = BENCH.newFolder("keys");
    call("openssl", keys, "genpkey", "-algorithm", "ed25519", "-out", "private.pem");
    call("openssl", keys, "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem");
    String script =
        """
        export HOME="$PWD"
        crjvm() { ${product}/bin/crjvm "$@"; }
        printf 'version: 0.1\\nstorage: {filesystem: {rootdirectory: %s/registry}}\\nhttp: {addr: "127.0.0.1:0"}\\n' \
            "$PWD" >registry.yml
        docker-registry serve registry.yml >registry.log 2>&1 &
        registry=$!
        cp -R ${image} copy
        crjvm inspect ${image} | grep x86-64
        crjvm verify copy
        crjvm sign --key ${keys}/private.pem copy
        crjvm verify --require-signature ${keys}/public.pem copy
        crjvm pack copy packed
        crjvm unpack packed unpacked
        until grep -q "listening on" registry.log; do kill -0 $registry; sleep 0.1; done
        place=oci://$(sed -En 's/.*listening on ([0-9.:]+).*/\\1/p' registry.log)/of-another:1
        for program in native java; do
            export CRJVM_TRANSFER=$program
            crjvm push copy $place
            ! crjvm pull $place pulled 2>&1
            crjvm pull --any $place pulled
            diff -r copy pulled
            rm -r pulled
        done
        ! crjvm doctor --image ${image}
        kill $registry
        status=0
        ${product}/bin/crjvm run --no-fallback --image ${image} 2>&1 || status=$?
        echo $status
        """
            .replace("${keys}", keys.toString());
    try (VirtualMachine guest =
        product.boot(Kernel.ARM64_TRIXIE, "max", checkpoint.image(), keys)) {
      String output =
          guest
              .run(User.ORDINARY, ArmProduct.LIMIT, product.script(script, 25, checkpoint.image()))
              .expectSuccess();
      assertThat(output)
          .contains(
              "\"copy\" is whole, and signed by a key of ",
              "\"copy\" is pushed: ",
              "no variant fits this machine: it is 64-bit ARM (aarch64), and they are for x86-64",
              "fits this machine: it is 64-bit ARM (aarch64), and they are for x86-64; push one",
              "\"pulled\" is pulled: ",
              "the image is for x86-64, and this machine is 64-bit ARM (aarch64); make")
          .endsWith("124\n");
    }
  }

  private static void call(String program, Path folder, Object... words) throws Exception {
    RunningProcess process = new Command(BENCH, folder).add(program).add(words).run(program);
    assertThat(process.awaitExit()).as(process::describe).isZero();
  }

  @Test
  void aKernelWithLargerPagesIsNamed_AndTheApplicationRuns() throws Exception {
    Path image = ArmProduct.broughtBack(first, image());
    try (VirtualMachine guest = product.boot(Kernel.ARM64_LARGE_PAGES, "max")) {
      assertThat(guest.run(User.ORDINARY, "getconf PAGESIZE").expectSuccess()).isEqualTo("16384\n");
      String starts =
          """
          timeout -k 60 900 ${product}/bin/crjvm run --image ${image} >output 2>&1 &
          pid=$!
          await_answer
          ask count; echo
          stop
          grep '^crjvm: ' output
          """;
      assertThat(
              guest
                  .run(User.ORDINARY, ArmProduct.LIMIT, product.script(starts, 25, image))
                  .expectSuccess())
          .startsWith("1\n" + ArmProduct.STOPPED + "crjvm: ")
          .hasLineCount(4)
          .contains("the image is for pages of 4096 bytes, and this kernel's have 16384");
      Path never = product.image("never");
      String makes =
          """
          "$JAVA_HOME/bin/java" -Xmx96m -XX:TieredStopAtLevel=1 \
              -javaagent:${product}/crjvm.jar=image=${image},at=http:${url} \
              -jar ${application} --port ${port} >output 2>&1 &
          pid=$!
          await_answer
          ask count; echo
          stop
          grep '^crjvm: ' output
          test ! -e ${image}
          """;
      assertThat(
              guest
                  .run(User.ORDINARY, ArmProduct.LIMIT, product.script(makes, 25, never))
                  .expectSuccess())
          .startsWith("1\n" + ArmProduct.STOPPED + "crjvm: no checkpoint will be made: ")
          .contains("this kernel has pages of 16384 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "java"})
  void anImageIsLookedAtAndSentOnAnotherMachine_AndNotStarted(String program) throws Exception {
    Path image = ArmProduct.broughtBack(first, image());
    Path folder = BENCH.newFolder("there-" + program);
    Path copy = folder.resolve("image");
    RegistryServer registry = RegistryServer.start(BENCH);
    String place = "oci://" + registry.place("aarch64-" + program + ":1");
    String packed = folder.resolve("image.tar").toString();
    assertThat(here(program, folder, 0, "inspect", image)).contains("aarch64");
    assertThat(here(program, folder, 0, "inspect", "--json", image)).contains("\"aarch64\"");
    here(program, folder, 0, "pack", image, packed);
    here(program, folder, 0, "unpack", packed, folder.resolve("unpacked"));
    here(program, folder, 0, "push", image, place);
    assertThat(here(program, folder, 1, "pull", place, copy)).contains("fits this machine");
    here(program, folder, 0, "pull", "--any", place, copy);
    assertThat(here(program, folder, 124, "run", "--no-fallback", "--image", copy))
        .contains("the image is for 64-bit ARM (aarch64), and this machine is x86-64");
  }

  /** Runs a command of the distribution for this machine. Returns what it has said. */
  private static String here(String program, Path folder, int status, Object... words)
      throws Exception {
    RunningProcess process =
        new Command(BENCH, folder)
            .with("HOME", folder.toString())
            .with("JAVA_HOME", Jdk.any().home().toString())
            .with("CRJVM_TRANSFER", program)
            .add(BENCH.launcher())
            .add(words)
            .run("here");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    return process.stdout() + process.stderr();
  }
}
