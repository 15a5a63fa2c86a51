package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveException;
import crjvm.image.manifest.Names;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The extended POSIX records of a tar entry, which are lines {@code LENGTH KEY=VALUE}. */
public final class PaxRecords {
  public static final String COMMENT = "comment";
  public static final String SIZE = "size";
  public static final String SPARSE_MAJOR = "GNU.sparse.major";
  public static final String SPARSE_MINOR = "GNU.sparse.minor";
  public static final String SPARSE_NAME = "GNU.sparse.name";
  public static final String SPARSE_SIZE = "GNU.sparse.realsize";

  private PaxRecords() {}

  public static byte[] format(Map<String, String> records) {
    StringBuilder text = new StringBuilder();
    records.forEach((key, value) -> text.append(line(" " + key + "=" + value + "\n")));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns a line with its length, which includes the digits of the length itself. */
  private static String line(String rest) {
    int length = rest.length();
    int digits = Integer.toString(length).length();
    if (Integer.toString(length + digits).length() > digits) {
      digits++;
    }
    return (length + digits) + rest;
  }

  static Map<String, String> parse(byte[] content) throws ArchiveException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    Map<String, String> records = new LinkedHashMap<>();
    for (int at = 0; at < text.length(); ) {
      int space = text.indexOf(' ', at);
      long length = space < 0 ? 0 : Numbers.parse(text.substring(at, space));
      if (length < space - at + 4 || length > text.length() - at) {
        throw ArchiveException.forged("extended records of a wrong length");
      }
      int end = at + (int) length;
      int equals = text.indexOf('=', space);
      if (equals < 0 || equals >= end || text.charAt(end - 1) != '\n') {
        throw ArchiveException.forged("an extended record that is not of the form key=value");
      }
      String key = text.substring(space + 1, equals);
      if (records.put(key, text.substring(equals + 1, end - 1)) != null) {
        throw ArchiveException.forged("the extended record " + Names.quote(key) + " twice");
      }
      at = end;
    }
    return records;
  }
}
