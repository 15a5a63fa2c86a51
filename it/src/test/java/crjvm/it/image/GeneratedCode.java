package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The disassembled machine code that HotSpot has generated in a running JVM and may still run. */
final class GeneratedCode {
  /**
   * The line of a method that can no longer be called: id, level, state, method, and the start of
   * its code.
   */
  private static final Pattern DEAD =
      Pattern.compile("(?m)^\\d+ -?\\d+ [^0 ]\\S* .*, 0x([0-9a-f]+) - 0x[0-9a-f]+]$");

  /**
   * The buffer with stubs of a move and a jump (JDK 17). Stubs come and go, so that old bytes lie
   * between them.
   */
  private static final String INLINE_CACHES = "InlineCacheBuffer";

  private static final String DISASSEMBLE =
      "objdump -D --no-show-raw-insn -b binary -m i386:x86-64 /proc/self/fd/0";

  private static final Pattern INSTRUCTION = Pattern.compile("\\s*([0-9a-f]+):\\t(.*)");

  /** Bytes that bring a linear disassembler back into step between two pieces. */
  private static final byte[] GAP = new byte[16];

  static {
    Arrays.fill(GAP, (byte) 0x90); // The byte 0x90 is NOP.
  }

  private final Workbench bench;
  private final TestJvm jvm;
  private final String pid;

  GeneratedCode(Workbench bench, TestJvm jvm, RunningProcess process) {
    this.bench = bench;
    this.jvm = jvm;
    this.pid = Long.toString(process.pid());
  }

  static boolean canBeRead() {
    return Files.isExecutable(Path.of("/usr/bin/objdump"));
  }

  /**
   * Returns the instructions that are {@code wanted}, each after the name of the code that contains
   * it.
   */
  List<String> find(Predicate<String> wanted) throws Exception {
    Path file = bench.newFolder("code").resolve("code");
    NavigableMap<Long, String> names = copy(file);
    Process objdump =
        new ProcessBuilder(DISASSEMBLE.split(" "))
            .redirectInput(file.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    List<String> found = new ArrayList<>();
    long count = 0;
    try (var lines = objdump.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        var matcher = INSTRUCTION.matcher(line);
        if (matcher.matches()) {
          count++;
          String name = names.floorEntry(Long.parseLong(matcher.group(1), 16)).getValue();
          if (wanted.test(matcher.group(2))) {
            found.add(name + ": " + matcher.group(2));
          }
        }
      }
    }
    assertThat(objdump.waitFor()).isZero();
    assertThat(count).as("instructions").isGreaterThan(100_000);
    return found;
  }

  /** Copies all pieces into a file. Returns their names by their position in it. */
  private NavigableMap<Long, String> copy(Path file) throws Exception {
    Path map = Path.of("/tmp/perf-" + pid + ".map");
    jcmd("Compiler.perfmap");
    Set<Long> dead =
        DEAD.matcher(jcmd("Compiler.codelist"))
            .results()
            .map(result -> Long.parseLong(result.group(1), 16))
            .collect(Collectors.toSet());
    NavigableMap<Long, String> names = new TreeMap<>();
    try (RandomAccessFile memory =
            new RandomAccessFile(ProcFile.of(Long.parseLong(pid), "mem").toFile(), "r");
        OutputStream out = Files.newOutputStream(file)) {
      long at = 0;
      for (String line : Files.readAllLines(map)) {
        String[] words = line.split(" ", 3); // The words are address, size and name.
        if (!dead.contains(Long.decode(words[0])) && !words[2].equals(INLINE_CACHES)) {
          byte[] code = new byte[Math.toIntExact(Long.decode(words[1]))];
          memory.seek(Long.decode(words[0]));
          memory.readFully(code);
          names.put(at, words[2]);
          out.write(code);
          out.write(GAP);
          at += code.length + GAP.length;
        }
      }
    } finally {
      Files.deleteIfExists(map);
    }
    return names;
  }

  private String jcmd(String words) throws Exception {
    RunningProcess jcmd =
        new Command(bench, jvm.folder()).add(jvm.jdk().tool("jcmd"), pid, words).run("jcmd");
    assertThat(jcmd.awaitExit()).as(jcmd::describe).isZero();
    return jcmd.stdout();
  }
}
