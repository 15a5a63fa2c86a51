package crjvm.examples.clinic.diagnostics;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows tests the environment of the process. It exists only with {@code clinic.diagnostics=true},
 * because it shows every secret in the environment variables.
 */
@RestController
@ConditionalOnBooleanProperty("clinic.diagnostics")
class DiagnosticsController {
  private final ApplicationArguments arguments;

  DiagnosticsController(ApplicationArguments arguments) {
    this.arguments = arguments;
  }

  /**
   * The present environment of the process.
   *
   * @param environment the value of the requested variable, or null if it is not set or none was
   *     requested
   * @param property the value of the requested system property, or null in the same cases
   * @param restoreArguments the arguments of a restored process, or null before any restore
   */
  record Surroundings(
      String environment,
      String property,
      long pid,
      String workingDirectory,
      List<String> startArguments,
      String restoreArguments) {}

  @GetMapping("/api/environment")
  Surroundings surroundings(
      @RequestParam(required = false) String name,
      @RequestParam(required = false) String property) {
    return new Surroundings(
        name == null ? null : System.getenv(name),
        property == null ? null : System.getProperty(property),
        ProcessHandle.current().pid(),
        Path.of("").toAbsolutePath().toString(),
        List.of(arguments.getSourceArgs()),
        System.getProperty("crjvm.args"));
  }
}
