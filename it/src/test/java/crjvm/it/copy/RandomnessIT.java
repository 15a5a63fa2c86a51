package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Threads of two copies of one image ask every generator of the JDK for numbers, during the
 * checkpoint and from their first instruction on. No number of one copy appears in the other.
 * Without new seeds, numbers do.
 */
@BesideOthers
@Tag("variant")
class RandomnessIT {
  private static final String APPLICATION = "crjvm.it.app.RandomnessApplication";
  private static final String TAKEN_NAME = "crjvm.it.app.TakenNameApplication";
  private static final String SEEDED = "42)";

  /**
   * The generators whose numbers come from the kernel and never repeat. The test has to see the
   * others repeat without crjvm.
   */
  private static final Set<String> FROM_THE_KERNEL =
      Set.of("NativePRNG", "new NativePRNG", "UUID.randomUUID", "File.createTempFile");

  /**
   * The generator whose seed contains nanoseconds of the clock. Two seeds are seldom the same, but
   * only by luck.
   */
  private static final String FROM_THE_CLOCK = "new Random";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The values of a copy by generator: sorted, each once. */
  private record Copy(Map<String, long[]> values, String output) {
    static Copy read(RunningProcess process, Path file) throws IOException {
      Map<String, List<long[]>> parts = new HashMap<>();
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        while (true) {
          in.mark(1);
          if (in.read() < 0) {
            break;
          }
          in.reset();
          List<long[]> own = parts.computeIfAbsent(in.readUTF(), name -> new ArrayList<>());
          long[] part = new long[in.readInt()];
          for (int i = 0; i < part.length; i++) {
            part[i] = in.readLong();
          }
          own.add(part);
        }
      }
      Map<String, long[]> values = new HashMap<>();
      parts.forEach(
          (name, own) ->
              values.put(
                  name, own.stream().flatMapToLong(LongStream::of).sorted().distinct().toArray()));
      return new Copy(values, process.stdout());
    }
  }

  private static Checkpoint image(Jdk jdk, String options) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    Path keystore = jvm.folder().resolve("keys.p12");
    new Command(BENCH, jvm.folder())
        .add(jdk.java().resolveSibling("keytool"), "-genkeypair", "-keystore", keystore)
        .add("-storepass", "password", "-keyalg", "EC", "-dname", "CN=localhost", "-alias", "a")
        .run("keytool");
    jvm.main("-cp", BENCH.application().toString(), APPLICATION)
        .vm("-Xmx256m", "-Dcrjvm.it.keystore=" + keystore);
    return jvm.checkpoint("at=api" + options);
  }

  private static List<Copy> twoCopies(Checkpoint image) throws Exception {
    List<RunningProcess> processes = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      files.add(image.jvm().folder().resolve("values." + i));
      String property = "-Dcrjvm.it.values=" + files.get(i);
      String tls = "-Dcrjvm.it.tls=" + (i == 0);
      processes.add(image.command("--no-fallback", property, tls).start("copy" + i));
    }
    List<Copy> copies = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      assertThat(processes.get(i).awaitExit()).as(processes.get(i)::describe).isZero();
      copies.add(Copy.read(processes.get(i), files.get(i)));
      Files.delete(files.get(i));
    }
    return copies;
  }

  /** Returns how many values the copies share, by generator. */
  private static Map<String, Integer> common(List<Copy> copies) {
    Map<String, Integer> common = new TreeMap<>();
    copies
        .get(0)
        .values()
        .forEach(
            (name, values) -> common.put(name, common(values, copies.get(1).values().get(name))));
    return common;
  }

  private static int common(long[] values, long[] others) {
    return (int) LongStream.of(values).filter(one -> Arrays.binarySearch(others, one) >= 0).count();
  }

  @OnEachJdk
  @Tag("core")
  void copiesSayNothingThatTheOtherSays(Jdk jdk) throws Exception {
    List<Copy> copies = twoCopies(image(jdk, ""));
    Map<String, Integer> common = common(copies);
    assertThat(common).hasSizeGreaterThan(50);
    common.forEach(
        (name, count) -> {
          if (name.endsWith(SEEDED) || name.endsWith("split()")) {
            int all = copies.get(0).values().get(name).length;
            assertThat(count).as(name).isEqualTo(all).isGreaterThanOrEqualTo(10_000);
          } else {
            assertThat(count).as(name).isZero();
          }
        });
    assertThat(copies.get(0).output()).isEqualTo("TLS session resumed: false\n");
  }

  @OnEachJdk
  void withoutNewSeedsTheyRepeatEachOther(Jdk jdk) throws Exception {
    List<Copy> copies = twoCopies(image(jdk, ",reseed=off"));
    Set<String> different = new TreeSet<>();
    common(copies)
        .forEach(
            (name, count) -> {
              if (count == 0) {
                different.add(name);
              }
            });
    different.remove(FROM_THE_CLOCK);
    assertThat(different).isEqualTo(new TreeSet<>(FROM_THE_KERNEL));
    assertThat(copies.get(0).output()).isEqualTo("TLS session resumed: true\n");
  }

  /** Two copies have drawn the name before the checkpoint, and the other was quicker. */
  @OnEachJdk
  void aTakenNameOfATemporaryFileIsDrawnAgain(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    jvm.main("-cp", BENCH.application().toString(), TAKEN_NAME)
        .vm("-Xmx64m", "--add-opens=java.base/java.io=ALL-UNNAMED")
        .vm("--add-opens=java.base/java.security=ALL-UNNAMED");
    RunningProcess copy = jvm.checkpoint("at=api").command("--no-fallback").start("copy");
    assertThat(copy.awaitExit()).as(copy::describe).isZero();
    assertThat(copy.stdout()).isEqualTo("taken1\n");
  }
}
