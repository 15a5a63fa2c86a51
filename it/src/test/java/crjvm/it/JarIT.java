package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** crjvm.jar travels in every image, so it holds what is needed and little else. */
@BesideOthers
@Tag("core")
class JarIT {
  /** The highest size in bytes. The jar once had 10.3 million, of which four were never used. */
  private static final long LIMIT = 6_700_000;

  /**
   * Names in protobuf that it can do without: they are for messages with descriptors, which crjvm's
   * messages do not have.
   */
  private static final Map<String, Pattern> UNUSED =
      Map.of(
          "com/google/protobuf/ExtensionRegistryFactory",
          Pattern.compile("com/google/protobuf/ExtensionRegistry"),
          "com/google/protobuf/ExtensionRegistryLite",
          Pattern.compile("com/google/protobuf/Extension"),
          "com/google/protobuf/ExtensionRegistryLite$ExtensionClassHolder",
          Pattern.compile("com/google/protobuf/Extension"),
          "com/google/protobuf/ExtensionSchemas",
          Pattern.compile("com/google/protobuf/ExtensionSchemaFull"),
          "com/google/protobuf/ListFieldSchemas",
          Pattern.compile("com/google/protobuf/ListFieldSchemaFull"),
          "com/google/protobuf/ManifestSchemaFactory",
          Pattern.compile("com/google/protobuf/DescriptorMessageInfoFactory"),
          "com/google/protobuf/MapFieldSchemas",
          Pattern.compile("com/google/protobuf/MapFieldSchemaFull"),
          "com/google/protobuf/NewInstanceSchemas",
          Pattern.compile("com/google/protobuf/NewInstanceSchemaFull"),
          "com/google/protobuf/SchemaUtil",
          Pattern.compile("com/google/protobuf/(GeneratedMessage|UnknownFieldSetSchema)"));

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void everythingThatItsCodeLeadsToIsInIt() throws Exception {
    Map<String, Set<String>> missing = new TreeMap<>();
    JarClasses.read(BENCH.agent())
        .reach(UNUSED)
        .forEach(
            (name, others) -> {
              Set<String> lost = new TreeSet<>(others);
              lost.removeIf(JarIT::isOfJdk);
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
