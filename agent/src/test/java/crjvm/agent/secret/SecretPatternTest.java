package crjvm.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of names and values that look like secrets, and others that do not. */
class SecretPatternTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD",
        "PGPASSWORD",
        "MYSQL_PWD",
        "spring.datasource.password",
        "javax.net.ssl.keyStorePassword",
        "--db-password",
        "GITHUB_TOKEN",
        "authToken",
        "CLIENT_SECRET",
        "API_KEY",
        "apiKey",
        "stripe.apikey",
        "AWS_SECRET_ACCESS_KEY",
        "PRIVATE_KEY",
        "SSH_PASSPHRASE",
        "REGISTRY_CREDENTIALS",
        "encryption-key",
        "HTTP2Password"
      })
  void namesOfSecrets(String name) {
    assertThat(SecretPattern.isName(name)).isTrue();
    assertThat(SecretPattern.matches(name, "correct horse battery staple")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "_",
        "PWD",
        "OLDPWD",
        "PATH",
        "SSH_AUTH_SOCK",
        "SUDO_ASKPASS",
        "KEY",
        "keyboard",
        "KEYSTORE",
        "spring.cache.key-prefix",
        "MONKEY",
        "MAX_TOKENS",
        "TOKENIZERS_PARALLELISM",
        "TOKEN_TTL",
        "DB_PASSWORD_FILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "password.encoder",
        "security.password.min-length",
        "oauth.token.url",
        "PASSWORDLESS",
        "secretary.mail"
      })
  void namesOfOtherThings(String name) {
    assertThat(SecretPattern.isName(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "true",
        "No",
        "3600",
        "/run/secrets/db",
        "file:/run/secrets/db",
        "${vault.db}",
        "****",
        "changeit"
      })
  void valuesThatAreNoSecretWhateverTheName(String value) {
    assertThat(SecretPattern.matches("DB_PASSWORD", value)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "jdbc:postgresql://app:s3cr3t@db.example/app",
        "https://:s3cr3t@cache.example/",
        "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        "AKIAIOSFODNN7EXAMPLE",
        "glpat-0123456789_abcdefghi",
        "hvs.CAESIJ0123456789abcdefghij",
        "AGE-SECRET-KEY-1QQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQPQQ"
      })
  void valuesThatAreSecretsWhateverTheName(String value) {
    assertThat(SecretPattern.matches("SETTING", value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080/a@b",
        "https://user@example.org/",
        "https://user:****@example.org/",
        "https://user:${password}@example.org/",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "eyJhbGciOiJIUzI1NiJ9",
        "skip-this-test-because-it-is-long-and-boring",
        "a:b@c",
        "/usr/lib/jvm/java-17-openjdk-amd64"
      })
  void otherValues(String value) {
    assertThat(SecretPattern.isValue(value)).isFalse();
  }

  @Test
  void aJvmAsItIsHasNone() {
    Map<String, String> none = Map.of();
    Map<String, String> properties = new java.util.TreeMap<>();
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("java.") || name.startsWith("jdk."))
        .forEach(name -> properties.put(name, System.getProperty(name)));
    assertThat(SecretSearch.find(none, properties, java.util.List.of())).isEmpty();
  }
}
