package crjvm.agent.restore;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The JDK's interpretation of the C library's name of a locale, {@code
 * language_COUNTRY.encoding@variant} ({@code ParseLocale} in its java_props_md.c). Missing parts
 * are null.
 */
record PosixLocale(String language, String script, String country, String variant) {
  /** Names without a country, to which the JDK adds one. */
  private static final Map<String, String> ALIASES =
      table(
          "ar=ar_EG be=be_BY bg=bg_BG br=br_FR ca=ca_ES cs=cs_CZ cz=cs_CZ da=da_DK de=de_DE"
              + " el=el_GR en=en_US es=es_ES et=et_EE eu=eu_ES fi=fi_FI fr=fr_FR ga=ga_IE gl=gl_ES"
              + " he=iw_IL hr=hr_HR hs=en_US hu=hu_HU id=in_ID in=in_ID is=is_IS it=it_IT iw=iw_IL"
              + " ja=ja_JP kl=kl_GL ko=ko_KR lt=lt_LT lv=lv_LV mk=mk_MK nl=nl_NL no=no_NO pl=pl_PL"
              + " pt=pt_PT ro=ro_RO ru=ru_RU se=se_NO sk=sk_SK sl=sl_SI sq=sq_AL sr=sr_CS su=fi_FI"
              + " sv=sv_SE th=th_TH tr=tr_TR ua=en_US uk=uk_UA vi=vi_VN wa=wa_BE zh=zh_CN"
              + " bokmal=nb_NO catalan=ca_ES croatian=hr_HR czech=cs_CZ danish=da_DK dansk=da_DK"
              + " deutsch=de_DE dutch=nl_NL eesti=et_EE estonian=et_EE finnish=fi_FI french=fr_FR"
              + " galego=gl_ES galician=gl_ES german=de_DE greek=el_GR hebrew=iw_IL hrvatski=hr_HR"
              + " hungarian=hu_HU icelandic=is_IS italian=it_IT japanese=ja_JP korean=ko_KR"
              + " lithuanian=lt_LT norwegian=no_NO nynorsk=nn_NO polish=pl_PL portuguese=pt_PT"
              + " romanian=ro_RO russian=ru_RU slovak=sk_SK slovene=sl_SI slovenian=sl_SI"
              + " spanish=es_ES swedish=sv_SE thai=th_TH turkish=tr_TR");

  private static final Map<String, String> LANGUAGES =
      table("C=en POSIX=en cz=cs he=iw hs=en id=in sh=sr su=fi ua=en");

  private static final Map<String, String> COUNTRIES = table("RN=US YU=CS");

  private static final Map<String, String> SCRIPTS =
      table(
          "cyrillic=Cyrl devanagari=Deva iqtelif=Latn latin=Latn Arab=Arab Cyrl=Cyrl Deva=Deva"
              + " Ethi=Ethi Hans=Hans Hant=Hant Latn=Latn Sund=Sund Syrc=Syrc Tfng=Tfng");

  private static final Map<String, String> VARIANTS = table("nynorsk=NY");

  private static Map<String, String> table(String pairs) {
    return Arrays.stream(pairs.split(" "))
        .map(pair -> pair.split("="))
        .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
  }

  static PosixLocale parse(String name) {
    String whole = name.equals("C") || name.equals("POSIX") ? "en_US" : name;
    int end = indexOf(whole, '.') < whole.length() ? indexOf(whole, '.') : indexOf(whole, '@');
    String place = whole.substring(0, end);
    String modifier = whole.substring(Math.min(indexOf(whole, '@') + 1, whole.length()));
    place = ALIASES.getOrDefault(place, place);
    int split = indexOf(place, '_');
    String language = place.substring(0, split);
    String country = split == place.length() ? null : place.substring(split + 1);
    return new PosixLocale(
        LANGUAGES.getOrDefault(language, language),
        SCRIPTS.get(modifier),
        country == null ? null : COUNTRIES.getOrDefault(country, country),
        VARIANTS.get(modifier));
  }

  /** Returns the index, or the text's length if the character is missing. */
  private static int indexOf(String text, char c) {
    int index = text.indexOf(c);
    return index < 0 ? text.length() : index;
  }
}
