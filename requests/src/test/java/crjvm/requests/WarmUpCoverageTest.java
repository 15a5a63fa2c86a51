package crjvm.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmUpCoverageTest {
  private static final String BEFORE = "127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] \"GET ";

  @TempDir Path folder;

  private Path image(String... lines) throws Exception {
    Files.write(folder.resolve("manifest"), List.of(lines));
    return folder;
  }

  private Path log(String... addresses) throws Exception {
    return Files.write(
        folder.resolve("access.log"),
        List.of(addresses).stream().map(each -> BEFORE + each + " HTTP/1.1\" 200 1").toList());
  }

  @Test
  void kindsThatTheWarmUpLacksAreNamed() throws Exception {
    Path file = folder.resolve("requests.http");
    Files.write(
        file,
        List.of(
            "@host = http://h",
            "###",
            "GET {{host}}/owners?name=a HTTP/1.1",
            "Accept: text/html",
            "###",
            "{{host}}/vets",
            "###",
            "POST {{host}}/orders",
            "",
            "{\"url\": \"http://x/y\"}"));

    List<String> lines =
        WarmUpCoverage.compare(
            log("/owners", "/owners/7/pets/8", "/vets?page=2", "/orders", "/orders", "/"),
            image("format=1", "warm-up=http://h:8080/owners/1/pets/2?x=y", "warm-up=file:" + file));

    assertThat(lines)
        .containsExactly(
            "50 % of the log's good GET requests are of kinds that have warmed the image up",
            "not warmed up: /orders (2)", "not warmed up: / (1)");
  }

  @Test
  void moreThanTenAreCounted() throws Exception {
    List<String> lines =
        WarmUpCoverage.compare(
            log("/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j", "/k", "/l"),
            image("warm-up=http://h:8080"));

    assertThat(lines).hasSize(12).endsWith("not warmed up: 2 other kinds");
  }

  @Test
  void thereMustBeRequestsOnBothSides() throws Exception {
    assertThatThrownBy(() -> WarmUpCoverage.compare(log("/"), folder))
        .hasMessageContaining("can't be read");
    assertThatThrownBy(() -> WarmUpCoverage.compare(log("/"), image("format=1")))
        .hasMessageContaining("was not warmed up by requests that it knows");
    assertThatThrownBy(() -> WarmUpCoverage.compare(log(), image("warm-up=http://h/")))
        .hasMessageContaining("has no good GET requests");
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a//b/, /a/b",
    "/a;jsessionid=1?b=c, /a",
    "/owners/42, /owners/*",
    "/x/0f8fad5b-d9cb-469f-a165-70867728950e, /x/*",
    "/x/64a1f0c2b7e94d0012ab34cd, /x/*",
    "/feedbacedeaf/add, /feedbacedeaf/add",
  })
  void numbersAndIdsAreOfOneKind(String address, String kind) {
    assertThat(WarmUpCoverage.kind(address)).isEqualTo(kind);
  }
}
