package crjvm.agent.secret;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Patterns of names and values of secrets. They should match nothing but secrets, and need not
 * match all of them, because users ignore warnings that are too frequent.
 */
final class SecretPattern {
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  /** Words that also count at the end of a word, as in PGPASSWORD. */
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

  /** Words before "key". */
  private static final Set<String> KEYS =
      Set.of("api", "access", "private", "secret", "encryption", "signing", "account", "master");

  /** Ends of names that are not secrets themselves, as in DB_PASSWORD_FILE and TOKEN_TTL. */
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

  /**
   * A blank value, a switch, a number, a path, a placeholder, a mask, or the JDK's well-known
   * password.
   */
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

  /** The part of a longer value that is searched. */
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
