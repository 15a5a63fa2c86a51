package crjvm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that the process was configured with at its checkpoint: by its name, without its value.
 *
 * @param name of a variable or property; empty: there is none, or only its hash is known
 * @param number CRC-32C of the value, or the hash of a name that nothing was set for
 */
public record Setting(Kind kind, Use use, String name, int number) {
  private static final String SEPARATOR = "\0";
  private static final int FIELDS = 4;

  /** What it is. */
  public enum Kind {
    VARIABLE,
    PROPERTY,
    /** All arguments of the application, each with a NUL byte. */
    ARGUMENTS
  }

  /** What the application has done with it until the checkpoint. */
  public enum Use {
    NONE,
    /** Asked for it, by its name where it has one. */
    READ,
    /** Looked at it together with all the others. */
    SEEN,
    /** It reads again, in a restored process, whatever has a name like this one: * is any text. */
    REREAD,
    /** It is, or its argument of that beginning is, the port that is {@code number} now. */
    PORT,
    /** Asked for it in vain: {@code number} is its name's hash, as of {@code String.hashCode}. */
    MISSED,
    /** Looked at all there are, this one not among them: there is one such setting of a kind. */
    MISSED_ALL
  }

  /** Writes a list for {@link #load}. */
  public static void store(List<Setting> settings, Path to) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Setting each : settings) {
      for (Object field : List.of(each.kind, each.use, each.name, each.number)) {
        text.append(field).append(SEPARATOR);
      }
    }
    Files.writeString(to, text, StandardCharsets.UTF_8);
  }

  /** Reads what {@link #store} has written. */
  public static List<Setting> load(Path from) throws IOException {
    List<Setting> settings = new ArrayList<>();
    String[] fields = Files.readString(from, StandardCharsets.UTF_8).split(SEPARATOR);
    for (int i = 0; i + FIELDS <= fields.length; i += FIELDS) {
      settings.add(
          new Setting(
              Kind.valueOf(fields[i]),
              Use.valueOf(fields[i + 1]),
              fields[i + 2],
              Integer.parseInt(fields[i + 3])));
    }
    return settings;
  }
}
