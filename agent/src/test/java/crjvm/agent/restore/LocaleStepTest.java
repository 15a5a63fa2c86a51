package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that run the step in this JVM, and restore its settings afterwards. */
class LocaleStepTest {
  /** A locale that every Debian has. The C library accepts a copy of it for any other. */
  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

  private static final List<String> VARIABLES =
      List.of("LOCPATH", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LC_TIME", "LANG");

  private final LocaleSettings properties = LocaleSettings.current();
  private final Locale base = Locale.getDefault();
  private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
  private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
  @TempDir private Path folder;

  @BeforeEach
  void makeLocales() throws IOException {
    for (String name : List.of("de_AT.UTF-8", "fr_CH.UTF-8")) {
      copy(LOCALE, folder.resolve(name));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @AfterEach
  void putBack() {
    for (String name : VARIABLES) {
      set(name, System.getenv(name));
    }
    properties.set();
    Locale.setDefault(base);
    Locale.setDefault(Locale.Category.DISPLAY, display);
    Locale.setDefault(Locale.Category.FORMAT, format);
  }

  private static void set(String name, String value) {
    if (value == null) {
      Kernel.unsetEnvironment(bytes(name));
    } else {
      Kernel.setEnvironment(bytes(name), bytes(value));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void environment(Map<String, String> variables) {
    VARIABLES.forEach(name -> set(name, variables.get(name)));
    set("LOCPATH", folder.toString());
  }

  private static RestoreMessage message(String... options) {
    return new RestoreMessage(Map.of(), List.of(), List.of(options), List.of());
  }

  @Test
  void bothCategoriesFollowTheEnvironment() throws Exception {
    LocaleStep step = new LocaleStep();
    environment(Map.of("LANG", "de_AT.UTF-8", "LC_MESSAGES", "fr_CH.UTF-8"));

    String change = step.apply(message()).get();

    assertThat(Locale.getDefault(Locale.Category.DISPLAY)).isEqualTo(new Locale("fr", "CH"));
    assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(new Locale("de", "AT"));
    assertThat(Locale.getDefault()).isEqualTo(new Locale("fr", "CH"));
    assertThat(LocaleSettings.current().properties())
        .isEqualTo(
            Map.of(
                "user.language", "fr",
                "user.language.format", "de",
                "user.country", "CH",
                "user.country.format", "AT"));
    assertThat(change).endsWith(" -> fr-CH (formats: de-AT)");
  }

  @Test
  void lcAllCountsMost() throws Exception {
    LocaleStep step = new LocaleStep();
    environment(Map.of("LANG", "C", "LC_MESSAGES", "fr_CH.UTF-8", "LC_ALL", "de_AT.UTF-8"));

    step.apply(message());

    assertThat(Locale.getDefault(Locale.Category.DISPLAY)).isEqualTo(new Locale("de", "AT"));
  }

  @Test
  void oneMissingLocaleIsEnoughForTheDefault() throws Exception {
    LocaleStep step = new LocaleStep();
    environment(Map.of("LANG", "de_AT.UTF-8", "LC_TIME", "xx_YY.UTF-8"));
    step.apply(message());
    assertThat(Locale.getDefault()).isEqualTo(Locale.US);

    environment(Map.of("LANG", "de_AT.UTF-8"));
    step.apply(message());
    assertThat(Locale.getDefault()).isEqualTo(new Locale("de", "AT"));
  }

  @Test
  void whatTheApplicationHasChosenStays() throws Exception {
    Locale.setDefault(Locale.Category.FORMAT, Locale.JAPAN);
    LocaleStep step = new LocaleStep();
    environment(Map.of("LANG", "de_AT.UTF-8"));

    assertThat(step.apply(message()).get()).isEmpty();

    assertThat(Locale.getDefault()).isEqualTo(base);
    assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(Locale.JAPAN);
  }

  @Test
  void optionsOfTheRestoreCountMoreThanAll() throws Exception {
    Locale.setDefault(Locale.JAPAN);
    LocaleStep step = new LocaleStep();
    environment(Map.of("LANG", "de_AT.UTF-8"));

    step.apply(message("user.language=fr", "other=x"));

    assertThat(Locale.getDefault()).isEqualTo(new Locale("fr", "AT"));
    assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(new Locale("fr", "AT"));
    assertThat(System.getProperty("user.country")).isEqualTo("AT");
  }

  @Test
  void withoutAChangeNothingIsSet() throws Exception {
    LocaleStep step = new LocaleStep();

    assertThat(step.apply(message("other=x")).get()).isEmpty();
    step.rehearse();

    assertThat(LocaleSettings.current()).isEqualTo(properties);
    assertThat(Locale.getDefault(Locale.Category.DISPLAY)).isEqualTo(display);
    assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(format);
  }
}
