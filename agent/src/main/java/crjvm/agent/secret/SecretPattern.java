package crjvm.agent.secret;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What names and values of secrets look like. Meant to be right where it speaks, not to find all:
 * who is warned too often looks no more.
 */
final class SecretPattern {
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  /** Also as the end of a word: PGPASSWORD. */
  private static final List<String> WORDS =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "secret",
          "token",
          "credential",
          "credentials",
          "apikey",
          "accesskey",
          "privatekey",
          "secretkey");

  /** In front of "key". */
  private static final Set<String> KEYS =
      Set.of("api", "access", "private", "secret", "encryption", "signing", "account", "master");

  /** What such a name is about when it ends like this: DB_PASSWORD_FILE, TOKEN_TTL. */
  private static final Set<String> HARMLESS_ENDS =
      Set.of(
          "file",
          "path",
          "dir",
          "folder",
          "directory",
          "location",
          "url",
          "uri",
          "endpoint",
          "host",
          "port",
          "enabled",
          "disabled",
          "required",
          "type",
          "algorithm",
          "provider",
          "class",
          "timeout",
          "ttl",
          "validity",
          "seconds",
          "minutes",
          "length",
          "size",
          "count",
          "policy",
          "strength",
          "header",
          "prefix",
          "parameter",
          "name",
          "id",
          "alias",
          "expiration",
          "expiry",
          "encoder",
          "issuer",
          "audience",
          "format",
          "version");

  /** Nothing, a switch, a number, a path, a placeholder, a mask, the JDK's password for all. */
  private static final Pattern HARMLESS_VALUE =
      Pattern.compile(
          "\\s*|true|false|yes|no|on|off|none|null|-?\\d{1,4}|(file:)?/.*|\\$\\{.*|[*x]+|changeit",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          String.join(
              "|",
              "-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----",
              // JSON Web Token: two objects and a signature
              "\\beyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}",
              // scheme://user:password@host
              "\\b[a-z][a-z0-9+.-]{1,30}://[^/\\s:@]*:(?![*x]+@|\\$\\{)[^/\\s:@]+@",
              "\\bgh[pousr]_[A-Za-z0-9]{36}",
              "\\bgithub_pat_\\w{22}",
              "\\bglpat-[\\w-]{20}",
              "\\b(AKIA|ASIA)[A-Z0-9]{16}\\b",
              "\\bAIza[\\w-]{35}",
              "\\bxox[abeoprs]-[\\w-]{10}",
              "\\b[rs]k_live_[A-Za-z0-9]{16}",
              "\\bsk-(proj-|ant-)?[\\w-]{32}",
              "\\bnpm_[A-Za-z0-9]{36}",
              "\\bpypi-AgE[\\w-]{50}",
              "\\bhv[sb]\\.[\\w-]{24}",
              "\\bdop_v1_[a-f0-9]{64}",
              "\\bSG\\.[\\w-]{22}\\.[\\w-]{43}",
              "\\bAGE-SECRET-KEY-1[A-Z0-9]{50}"));

  /** Longer values are looked at up to here. */
  private static final int LOOKED_AT = 1 << 16;

  private SecretPattern() {}

  static boolean matches(String name, String value) {
    return isValue(value) || isName(name) && !HARMLESS_VALUE.matcher(value).matches();
  }

  static boolean isName(String name) {
    String[] words = BETWEEN_WORDS.split(name);
    if (words.length == 0) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].toLowerCase(Locale.ROOT);
    }
    if (HARMLESS_ENDS.contains(words[words.length - 1])) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      boolean isKey = i > 0 && word.equals("key") && KEYS.contains(words[i - 1]);
      // PWD alone is the working directory.
      boolean isShort = i > 0 && word.equals("pwd");
      if (isKey || isShort || WORDS.stream().anyMatch(word::endsWith)) {
        return true;
      }
    }
    return false;
  }

  static boolean isValue(String value) {
    String start = value.length() > LOOKED_AT ? value.substring(0, LOOKED_AT) : value;
    return SECRET_VALUE.matcher(start).find();
  }
}
