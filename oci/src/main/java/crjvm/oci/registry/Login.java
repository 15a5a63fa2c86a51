package crjvm.oci.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who the user is for a registry, by the files that podman login and docker login write: the same
 * for all commands, which the clients of registries would each see differently.
 */
public record Login(String user, String password) {
  /** As in files of logins, and in those of credential helpers. */
  private static final String IDENTITY_TOKEN = "<token>";

  private static final Pattern HELPER = Pattern.compile("docker-credential-[^\\s()]+");

  /** What a helper says by the protocol if it knows of no login. */
  private static final String NONE = "credentials not found in native keychain";

  /**
   * What was found.
   *
   * @param trouble why there may be a login nevertheless; empty: nothing was in the way
   */
  public record Search(Optional<Login> login, String trouble) {}

  /** Whether the password is none, but what a token is to be had for. */
  public boolean isIdentityToken() {
    return user.equals(IDENTITY_TOKEN);
  }

  /** The value of the header Authorization. */
  public String basic() {
    String text = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param registry with or without a port
   */
  public static Search find(String registry) throws ImageException {
    String trouble = "";
    for (Path file : files(System.getenv())) {
      Search search = read(registry, file);
      if (search.login().isPresent()) {
        return search;
      }
      trouble = trouble.isEmpty() ? search.trouble() : trouble;
    }
    return new Search(Optional.empty(), trouble);
  }

  static Search read(String registry, Path file) throws ImageException {
    List<String> troubles = new ArrayList<>();
    try {
      Optional<Credential> found =
          DockerConfigCredentialRetriever.create(registry, file)
              .retrieve(event -> note(event, file, troubles));
      if (found.isPresent() && found.get().getPassword().isEmpty()) {
        // As docker login writes it where a registry gives an identity token for the password.
        troubles.add("the login in \"" + file + "\" has no password");
        found = Optional.empty();
      }
      return new Search(
          found.map(each -> new Login(each.getUsername(), each.getPassword())),
          troubles.isEmpty() ? "" : troubles.get(0));
    } catch (IOException | RuntimeException e) {
      // What a library says of a file with passwords in it may quote them.
      throw new ImageException(
          "the logins in \""
              + file
              + "\" can't be read; log in again with podman login or docker login",
          e);
    }
  }

  /** Of what the library says of helpers, nothing is shown: it quotes what they have put out. */
  private static void note(LogEvent event, Path file, List<String> troubles) {
    Matcher helper = HELPER.matcher(event.getMessage());
    if (event.getLevel() == LogEvent.Level.WARN
        && helper.find()
        && !event.getMessage().contains(NONE)) {
      boolean isMissing = event.getMessage().startsWith("The system does not have ");
      troubles.add(
          "\""
              + helper.group()
              + "\", which \""
              + file
              + "\" names, "
              + (isMissing ? "is not on the PATH" : "failed"));
    }
  }

  /** Where podman looks, in its order. */
  static List<Path> files(Map<String, String> environment) {
    String only = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!only.isEmpty()) {
      return List.of(Path.of(only));
    }
    List<Path> files = new ArrayList<>();
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    files.add(
        session.isEmpty()
            ? Path.of("/run/containers", uid(), "auth.json") // as podman has it
            : Path.of(session, "containers/auth.json"));
    files.add(folder(environment, "XDG_CONFIG_HOME", home + "/.config", "containers/auth.json"));
    files.add(folder(environment, "DOCKER_CONFIG", home + "/.docker", "config.json"));
    return files;
  }

  private static Path folder(
      Map<String, String> environment, String variable, String otherwise, String file) {
    String given = environment.getOrDefault(variable, "");
    return Path.of(given.isEmpty() ? otherwise : given).resolve(file);
  }

  private static String uid() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException e) {
      return "0";
    }
  }
}
