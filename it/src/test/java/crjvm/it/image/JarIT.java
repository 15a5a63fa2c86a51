package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** crjvm.jar travels in every image, so it holds what is needed and little else. */
@BesideOthers
@Tag("core")
class JarIT {
  /** The jar once had 10.3 million bytes, and nearly three million of them were never used. */
  private static final long LIMIT = 7_510_000;

  /**
   * A method of JsonReader asks for the first one, which only Gson's adapters of maps call. The
   * others read and write messages of protobuf's lite runtime, of which crjvm has none.
   */
  private static final Set<String> OF_OTHER_USES =
      Set.of(
          "com/google/gson/internal/bind/JsonTreeReader",
          "com/google/protobuf/CodedOutputStreamWriter",
          "com/google/protobuf/GeneratedMessageLite",
          "com/google/protobuf/GeneratedMessageLite$Builder",
          "com/google/protobuf/GeneratedMessageLite$SerializedForm",
          "com/google/protobuf/Schema");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void everythingThatItsCodeLeadsToIsInIt() throws Exception {
    Map<String, Set<String>> missing = new TreeMap<>();
    JarClasses.read(BENCH.agent())
        .reach()
        .forEach(
            (name, others) -> {
              Set<String> lost = new TreeSet<>(others);
              lost.removeIf(JarIT::isOfJdk);
              lost.removeAll(OF_OTHER_USES);
              if (!lost.isEmpty()) {
                missing.put(name, lost);
              }
            });
    assertThat(missing).isEmpty();
  }

  private static boolean isOfJdk(String name) {
    return ClassLoader.getSystemClassLoader().getResource(name + ".class") != null
        && (name.matches("(java|javax|jdk|sun|org/w3c|org/xml)/.*")
            || name.startsWith("com/sun/") && !name.startsWith("com/sun/jna/"));
  }

  @Test
  void itIsSmall() throws Exception {
    assertThat(Files.size(BENCH.agent())).isLessThan(LIMIT);
  }
}
