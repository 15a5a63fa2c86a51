package crjvm.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
  private static final String HOST = "localhost:5000";

  @TempDir private Path folder;

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("auth.json"), text);
  }

  @Test
  void looksWherePodmanDoes() {
    Map<String, String> environment =
        Map.of("HOME", "/home/u", "XDG_RUNTIME_DIR", "/run/user/7", "XDG_CONFIG_HOME", "");
    assertThat(Login.files(environment))
        .containsExactly(
            Path.of("/run/user/7/containers/auth.json"),
            Path.of("/home/u/.config/containers/auth.json"),
            Path.of("/home/u/.docker/config.json"));
    assertThat(Login.files(Map.of("HOME", "/home/u", "DOCKER_CONFIG", "/d")))
        .contains(Path.of("/d/config.json"))
        .first()
        .asString()
        .matches("/run/containers/\\d+/auth.json");
  }

  @Test
  void theFileThatIsNamedIsTheOnlyOne() {
    assertThat(Login.files(Map.of("HOME", "/home/u", "REGISTRY_AUTH_FILE", "/x/auth.json")))
        .containsExactly(Path.of("/x/auth.json"));
  }

  @Test
  void readsWhatALoginWrites() throws Exception {
    // This is user:pass:word. The next file has no section.
    Path file = file("{\"auths\": {\"" + HOST + "\": {\"auth\": \"dXNlcjpwYXNzOndvcmQ=\"}}}");
    assertThat(Login.read(HOST, file).login()).contains(new Login("user", "pass:word"));
    Login.Search nothing = new Login.Search(Optional.empty(), "");
    assertThat(Login.read("localhost", file)).isEqualTo(nothing);
    assertThat(Login.read(HOST, file("{\"credHelpers\": {}}"))).isEqualTo(nothing);
    assertThat(Login.read(HOST, folder.resolve("missing"))).isEqualTo(nothing);
  }

  /**
   * Tests a login that docker login has written for a registry that gives a token in place of the
   * password.
   */
  @Test
  void aLoginWithoutAPasswordIsNone_AndIsNamed() throws Exception {
    Path file =
        file(
            "{\"auths\": {\""
                + HOST
                + "\": {\"auth\": \"dXNlcjo=\", \"identitytoken\": \"secret\"}}}");
    assertThat(Login.read(HOST, file))
        .isEqualTo(
            new Login.Search(Optional.empty(), "the login in \"" + file + "\" has no password"));
  }

  @Test
  void aCredentialHelperThatIsMissingIsNamed_AndOtherLoginsCount() throws Exception {
    Path file = file("{\"credsStore\": \"of-nobody\"}");
    assertThat(Login.read(HOST, file))
        .isEqualTo(
            new Login.Search(
                Optional.empty(),
                "\"docker-credential-of-nobody\", which \""
                    + file
                    + "\" names, is not on the PATH"));
    file(
        "{\"credsStore\": \"of-nobody\", \"auths\": {\""
            + HOST
            + "\": {\"auth\": \"dXNlcjpwYXNzOndvcmQ=\"}}}");
    assertThat(Login.read(HOST, file).login()).contains(new Login("user", "pass:word"));
  }

  @Test
  void saysNothingOfWhatIsInADamagedFile() throws Exception {
    for (String text :
        new String[] {"secret", "{\"auths\": {\"" + HOST + "\": {\"auth\": \"c2VjcmV0\"}}}"}) {
      Path file = file(text);
      assertThatThrownBy(() -> Login.read(HOST, file))
          .isInstanceOf(ImageException.class)
          .hasMessage(
              "the logins in \""
                  + file
                  + "\" can't be read; log in again with podman login or docker login");
    }
  }
}
