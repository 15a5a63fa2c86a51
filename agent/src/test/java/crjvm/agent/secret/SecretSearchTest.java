package crjvm.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that secrets are named and not shown. */
class SecretSearchTest {
  private static List<String> arguments(String... words) {
    return SecretSearch.find(Map.of(), Map.of(), List.of(words));
  }

  @Test
  void namesWhereTheyAre() {
    assertThat(
            SecretSearch.find(
                Map.of("DB_PASSWORD", "hunter2", "HOME", "/root"),
                Map.of("api.key", "hunter2", "odd\nname", "https://a:hunter2@b/"),
                List.of("--token=hunter2")))
        .containsExactlyInAnyOrder(
            "environment DB_PASSWORD", "property api.key", "property odd?name", "argument --token");
  }

  @Test
  void argumentsHaveNamesOrNumbers() {
    assertThat(arguments("serve", "--password", "hunter2", "x"))
        .containsExactly("argument --password");
    assertThat(arguments("password=hunter2")).containsExactly("argument password");
    assertThat(arguments("connect", "amqp://a:hunter2@b/")).containsExactly("argument 2");
    assertThat(arguments("--url", "amqp://a:hunter2@b/")).containsExactly("argument 2");
    assertThat(arguments("--url=amqp://a:hunter2@b/")).containsExactly("argument --url");
  }

  @Test
  void otherArgumentsAreNone() {
    assertThat(arguments("--port", "8080", "--password-file", "/run/x", "--password")).isEmpty();
    assertThat(arguments("the", "password", "is", "=", "a=b", "-")).isEmpty();
  }
}
