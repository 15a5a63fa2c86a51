package crjvm.image.plan;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The STRINGS section under construction. It contains NUL-terminated strings, each once, and byte
 * strings such as socket addresses.
 */
final class PlanStrings {
  private static final int NONE = -1; // PLAN_NONE

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<String, Integer> offsets = new HashMap<>();

  int add(String text) {
    if (text == null) {
      return NONE;
    }
    return offsets.computeIfAbsent(
        text,
        key -> {
          int offset = bytes.size();
          bytes.writeBytes(key.getBytes(StandardCharsets.UTF_8));
          bytes.write(0);
          return offset;
        });
  }

  int add(byte[] data) {
    if (data == null) {
      return NONE;
    }
    while (bytes.size() % Long.BYTES != 0) {
      bytes.write(0);
    }
    int offset = bytes.size();
    bytes.writeBytes(data);
    bytes.write(0);
    return offset;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
