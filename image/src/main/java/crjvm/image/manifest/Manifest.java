package crjvm.image.manifest;

import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An image's manifest. It consists of lines {@code key=value}, and a key that occurs again makes a
 * list. In values {@code \\}, {@code \n} and {@code \r} stand for a backslash, a line feed and a
 * carriage return, so that the launcher can decode them with printf's {@code %b}.
 */
public final class Manifest {
  public static final String FILE = "manifest";

  /** The file with the signature of the manifest, if somebody has signed the image. */
  public static final String SIGNATURE = "manifest.sig";

  public static final String FORMAT = "format";

  /** The only format, which is always on the first line. */
  public static final String FORMAT_1 = "1";

  /** The key of the kind of machine that the image is for, with the kernel's name. */
  public static final String MACHINE = "machine";

  /** The key of the size of a page of memory, in bytes. */
  public static final String PAGE_SIZE = "page-size";

  /** The key of the number of bits in addresses. */
  public static final String ADDRESS_BITS = "address-bits";

  /** The key of an address that the warm-up requested. */
  public static final String WARM_UP = "warm-up";

  /** The beginning of a value of {@link #WARM_UP} that is the path of a file of requests. */
  public static final String FILE_OF_REQUESTS = "file:";

  /** The key of a place in which the process was given an apparent secret. */
  public static final String SECRET = "secret";

  /** The key of a value that copies share although each copy should have its own. */
  public static final String COMMON = "common";

  /** The key of a kind of memory and what happens to it. */
  public static final String REGION = "region";

  /** The key of a file outside the image: its kind and its path. */
  public static final String OUTSIDE = "outside";

  /**
   * The key of an environment variable, or -D and a system property, that the application has read.
   */
  public static final String SETTING = "setting";

  /**
   * The key of the number of bytes that were left out because they belong to no object of the Java
   * heap.
   */
  public static final String FREE_HEAP = "free-heap";

  private record Line(String key, String value) {}

  private final List<Line> lines = new ArrayList<>();

  public Manifest add(String key, Object value) {
    lines.add(new Line(key, value.toString()));
    return this;
  }

  public Manifest addAll(String key, List<?> values) {
    values.forEach(value -> add(key, value));
    return this;
  }

  /** Returns the manifest with other values of one key. */
  public Manifest with(String key, UnaryOperator<String> change) {
    Manifest changed = new Manifest();
    for (Line line : lines) {
      changed.add(line.key(), line.key().equals(key) ? change.apply(line.value()) : line.value());
    }
    return changed;
  }

  /** Returns all values of a key, in order. */
  public List<String> all(String key) {
    return lines.stream().filter(line -> line.key().equals(key)).map(Line::value).toList();
  }

  public Optional<String> first(String key) {
    return all(key).stream().findFirst();
  }

  public String require(String key) throws ImageException {
    return first(key)
        .orElseThrow(
            () -> new ImageException("the manifest says no \"" + key + "\"; make the image again"));
  }

  public static Manifest read(Path image) throws IOException, ImageException {
    Path file = image.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ImageException(
          "\""
              + image
              + "\" is not an image: it has no manifest; give the folder that a checkpoint has written");
    }
    Manifest manifest = new Manifest();
    try {
      for (String line : Files.readAllLines(file)) {
        int split = line.indexOf('=');
        if (split < 1) {
          throw new ImageException(
              "\""
                  + file
                  + "\" is damaged: the line \""
                  + line
                  + "\" is not of the form key=value");
        }
        manifest.add(line.substring(0, split), decode(line.substring(split + 1)));
      }
    } catch (MalformedInputException e) {
      throw new ImageException("\"" + file + "\" is damaged: it is not text", e);
    }
    if (!manifest.first(FORMAT).equals(Optional.of(FORMAT_1))) {
      throw new ImageException(
          "\""
              + file
              + "\" has another format than "
              + FORMAT_1
              + "; make the image again with this version");
    }
    return manifest;
  }

  /** Returns the manifest as text. */
  public String format() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.key()).append('=').append(encode(line.value())).append('\n');
    }
    return text.toString();
  }

  private static String encode(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String decode(String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        c = value.charAt(++i);
        c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
      }
      text.append(c);
    }
    return text.toString();
  }
}
