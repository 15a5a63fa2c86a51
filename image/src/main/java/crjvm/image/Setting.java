package crjvm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A setting that the process was configured with at its checkpoint: its name, without its value.
 *
 * @param name the name of a variable or property; empty if there is none or only its hash is known
 * @param number the CRC-32C of the value, or the hash of a name that was not set
 */
public record Setting(Kind kind, Use use, String name, int number) {
  private static final String SEPARATOR = "\0";
  private static final int FIELDS = 4;

  /** The kind of a setting. */
  public enum Kind {
    VARIABLE,
    PROPERTY,
    /** All arguments of the application, each followed by a NUL byte. */
    ARGUMENTS
  }

  /** The way in which the application has used the setting before the checkpoint. */
  public enum Use {
    NONE,
    /** The application has read it, by its name if it has one. */
    READ,
    /** The application has looked at all settings of this kind, this one included. */
    SEEN,
    /**
     * A restored process reads again every setting whose name matches this one; * stands for any
     * text.
     */
    REREAD,
    /** The setting, or the argument that begins with it, is the port that is {@code number} now. */
    PORT,
    /**
     * A start for which a setting differs that the application has read, and whose name matches
     * this one, is a normal start; * stands for any text.
     */
    FIXED,
    /**
     * The application has asked for it in vain; {@code number} is the hash of its name, as of
     * {@code String.hashCode}.
     */
    MISSED,
    /**
     * The application has looked at all settings of a kind, and this one was not among them. There
     * is at most one such setting for each kind.
     */
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

  /** Reads the list that {@link #store} has written. */
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
