package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.jna.LocaleNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocaleSettingsTest {
  private static LocaleSettings of(Map<String, String> options, String messages, String ctype) {
    return LocaleSettings.of(options, new LocaleNames(messages, ctype));
  }

  @Test
  void oneLocaleForBothNeedsTheBaseOnly() {
    assertThat(of(Map.of("other", "x"), "de_AT.UTF-8", "de_AT.UTF-8").properties())
        .isEqualTo(Map.of("user.language", "de", "user.country", "AT"));
  }

  @Test
  void onlyWhatDiffersIsSaidOfFormats() {
    LocaleSettings settings = of(Map.of(), "de_AT.UTF-8", "de_CH.UTF-8");

    assertThat(settings.properties())
        .isEqualTo(
            Map.of("user.language", "de", "user.country", "AT", "user.country.format", "CH"));
    assertThat(settings.part("user.country", LocaleSettings.Kind.DISPLAY)).isEqualTo("AT");
    assertThat(settings.part("user.country", LocaleSettings.Kind.FORMAT)).isEqualTo("CH");
    assertThat(settings.part("user.script", LocaleSettings.Kind.FORMAT)).isEmpty();
  }

  @Test
  void anOptionCountsForBothAndLeavesTheRestToTheSystem() {
    assertThat(of(Map.of("user.language", "fr"), "de_AT", "it_CH").properties())
        .isEqualTo(
            Map.of("user.language", "fr", "user.country", "AT", "user.country.format", "CH"));
  }

  @Test
  void anOptionForACategoryIsKept() {
    assertThat(of(Map.of("user.language.format", "ja"), "de_AT", "it_AT").properties())
        .isEqualTo(
            Map.of("user.language", "de", "user.language.format", "ja", "user.country", "AT"));
  }
}
