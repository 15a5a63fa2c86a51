package crjvm.requests;

import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Files of JSON or YAML. */
final class Documents {
  private Documents() {}

  /**
   * Checks that there is a file to read.
   *
   * @throws InputException there is none
   */
  static void check(Path file) throws InputException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new InputException("\"" + file + "\" can't be read; check path and permissions");
    }
  }

  /**
   * Reads a file.
   *
   * @throws InputException it can't be read, or has another format
   */
  static JsonNode read(ObjectMapper mapper, Path file) throws InputException {
    check(file);
    try {
      return mapper.readTree(file.toFile());
    } catch (JacksonException e) {
      throw new InputException(
          "\"" + file + "\" has another format (" + e.getOriginalMessage() + "); check the option",
          e);
    }
  }
}
