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
 * The user's login for a registry, from the files that podman login and docker login write. All
 * commands share this search, because the client libraries of registries would each search
 * differently.
 */
public record Login(String user, String password) {
  /**
   * The user name that stands for an identity token in files of logins and in credential helpers.
   */
  private static final String IDENTITY_TOKEN = "<token>";

  private static final Pattern HELPER = Pattern.compile("docker-credential-[^\\s()]+");

  /** The answer that the protocol prescribes for a credential helper that knows no login. */
  private static final String NONE = "credentials not found in native keychain";

  /**
   * The result of a search.
   *
   * @param trouble the reason for which a login may have been missed, or empty if there is none
   */
  public record Search(Optional<Login> login, String trouble) {}

  /**
   * Returns whether the password is an identity token, in exchange for which the registry gives
   * tokens.
   */
  public boolean isIdentityToken() {
    return user.equals(IDENTITY_TOKEN);
  }

  /** Returns the value of the header Authorization. */
  public String basic() {
    String text = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Searches for a login.
   *
   * @param registry the host, with or without a port
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
        // docker login writes this if a registry gives an identity token for the password.
        troubles.add("the login in \"" + file + "\" has no password");
        found = Optional.empty();
      }
      return new Search(
          found.map(each -> new Login(each.getUsername(), each.getPassword())),
          troubles.isEmpty() ? "" : troubles.get(0));
    } catch (IOException | RuntimeException e) {
      // The library's message about a file with passwords may quote them.
      throw new ImageException(
          "the logins in \""
              + file
              + "\" can't be read; log in again with podman login or docker login",
          e);
    }
  }

  /**
   * Notes that a credential helper failed. The library's own message is not shown, because it
   * quotes the output of the credential helper.
   */
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

  /** Returns the files that podman reads, in its order. */
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
            ? Path.of("/run/containers", uid(), "auth.json") // podman's default
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
