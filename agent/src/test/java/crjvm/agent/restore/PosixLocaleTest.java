package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PosixLocaleTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "C, en, , US,",
    "POSIX, en, , US,",
    "C.UTF-8, en, , ,",
    "de_AT.UTF-8@euro, de, , AT,",
    "de_AT, de, , AT,",
    "de.UTF-8, de, , DE,",
    "german, de, , DE,",
    "sr_RS@latin, sr, Latn, RS,",
    "sr_YU.UTF-8@cyrillic, sr, Cyrl, CS,",
    "sh_BA, sr, , BA,",
    "zh_TW, zh, , TW,",
    "zh_TW.UTF-8@Hant, zh, Hant, TW,",
    "no_NO@nynorsk, no, , NO, NY",
    "he_IL.UTF-8, iw, , IL,",
    "he, iw, , IL,",
    "id_ID, in, , ID,",
    "eo.UTF-8, eo, , ,",
    "ca_ES@valencia, ca, , ES,",
    "aa_ER@saaho, aa, , ER,",
  })
  void namesAreReadAsTheJdkReadsThem(
      String name, String language, String script, String country, String variant) {
    assertThat(PosixLocale.parse(name))
        .isEqualTo(new PosixLocale(language, script, country, variant));
  }
}
