package crjvm.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarFileTest {
  private static final String LOGIN =
      """
      {"request": {"method": "POST", "url": "https://shop.example/login?next=%2F",
        "headers": [{"name": "Host", "value": "shop.example"},
          {"name": ":authority", "value": "shop.example"},
          {"name": "Cookie", "value": "old=1"},
          {"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
        "postData": {"text": "user=a&password=b"}},
       "response": {"status": 302, "headers": [{"name": "set-cookie", "value": "s=1"}]}}
      """;
  private static final String ITEM =
      """
      {"request": {"method": "GET", "url": "https://shop.example/items/7",
        "headers": [{"name": "Authorization", "value": "Bearer abc"}]},
       "response": {"status": 200, "headers": []}}
      """;
  private static final String ELSEWHERE =
      """
      {"request": {"method": "GET", "url": "https://cdn.example/x.js"}, "response": {"status": 200}}
      """;
  private static final String MISSING =
      """
      {"request": {"method": "GET", "url": "https://shop.example/favicon.ico"},
       "response": {"status": 404}}
      """;

  @TempDir Path folder;

  private Path har(String... entries) throws IOException {
    return Files.writeString(
        folder.resolve("session.har"),
        "{\"log\": {\"entries\": [" + String.join(",", entries) + "]}}");
  }

  @Test
  void theRequestsOfOneServerInTheirOrder() throws Exception {
    RequestList list = HarFile.read(har(LOGIN, ITEM, ELSEWHERE, MISSING, ITEM), null);

    assertThat(list.format("http://shop.test"))
        .isEqualTo(
            """
            @host = http://shop.test

            ###
            # @name login
            POST {{host}}/login?next=%2F
            Content-Type: application/x-www-form-urlencoded

            user=a&password=b

            ###
            GET {{host}}/items/7
            Authorization: {{$processEnv AUTHORIZATION}}

            """);
    assertThat(list.report())
        .containsExactly(
            "2 requests",
            "left out: 1 to other servers than https://shop.example, 1 with status 404",
            "Authorization headers are {{$processEnv AUTHORIZATION}}: set that variable");
  }

  @Test
  void anotherServerIsChosen() throws Exception {
    RequestList list = HarFile.read(har(LOGIN, ELSEWHERE), "https://cdn.example/");

    assertThat(list.format("http://h")).contains("GET {{host}}/x.js\n").doesNotContain("login");
  }

  @Test
  void aBodyThatTheFormatCannotHaveIsLeftOut() throws Exception {
    RequestList list =
        HarFile.read(
            har(LOGIN.replace("user=a", "{{user}}"), LOGIN.replace("user=a", "###")), null);

    assertThat(list.isEmpty()).isTrue();
    assertThat(list.report())
        .contains("left out: 2 with texts that mean something else in the file");
  }

  @Test
  void whatIsNoRecordingIsRefused() throws IOException {
    assertRefused("is not an HTTP archive with entries", "{\"log\": {}}");
    assertRefused("has another format", "GET /");
    assertThatThrownBy(() -> HarFile.read(folder, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("can't be read");
  }

  private void assertRefused(String text, String content) throws IOException {
    Path file = Files.writeString(folder.resolve("other.har"), content);
    assertThatThrownBy(() -> HarFile.read(file, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(text);
  }
}
