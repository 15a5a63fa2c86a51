package crjvm.agent.restore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The restore message, which the restorer hands to the agent in a restored process.
 *
 * @param values the values of the restore itself by name
 * @param arguments the arguments of this start
 * @param properties texts {@code name=value}
 * @param environment texts {@code NAME=value}, in the bytes that the restorer got
 */
public record RestoreMessage(
    Map<String, String> values,
    List<String> arguments,
    List<String> properties,
    List<byte[]> environment) {
  /** The first bytes of a restore message. No report of the helper begins with them. */
  public static final String VERSION = "R1";

  private static final String VM_OPTION = "vm-option.";

  public boolean isVerbose() {
    return "1".equals(values.get("verbose"));
  }

  /** Returns HotSpot's options, {@code Name=Value}. */
  public List<String> vmOptions() {
    List<String> options = new ArrayList<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (entry.getKey().startsWith(VM_OPTION)) {
        options.add(entry.getValue());
      }
    }
    return options;
  }

  /** Returns whether the restore got no arguments, so that those of the checkpoint stay. */
  public boolean keepsArguments() {
    return "1".equals(values.get("keep-arguments"));
  }

  /** Returns the id of the image that this process was restored from. */
  public UUID imageId() {
    return UUID.fromString(values.get("image-id"));
  }

  /**
   * Returns {@code System.nanoTime()} at the restorer's start, or 0 if the message does not have
   * it.
   */
  public long startedNanos() {
    String started = values.get("started");
    String offset = values.getOrDefault("offset", "0");
    return started == null ? 0 : Long.parseLong(started) + Long.parseLong(offset);
  }

  /** Returns the image's folder as an absolute path. */
  String image() {
    return values.getOrDefault("image", "");
  }

  /** Returns the memory limit of this process in bytes if the heap may exceed it, or nothing. */
  Optional<Long> memoryLimit() {
    return Optional.ofNullable(values.get("memory-limit")).map(Long::valueOf);
  }

  /** Returns the value of {@code --report}, or nothing. */
  Optional<String> report() {
    return Optional.ofNullable(values.get("report"));
  }

  /** Returns the file by which jps finds this process, or nothing. */
  public Optional<String> perfData() {
    return Optional.ofNullable(values.get("perfdata"));
  }

  /**
   * Returns number and signal of the timer that ends this process unless it is deleted, or null.
   */
  int[] watch() {
    String watch = values.get("watch");
    int blank = watch == null ? -1 : watch.indexOf(' ');
    return blank < 0
        ? null
        : new int[] {
          Integer.parseInt(watch.substring(0, blank)), Integer.parseInt(watch.substring(blank + 1))
        };
  }

  public static RestoreMessage parse(byte[] bytes, int length, Charset charset) throws IOException {
    return new Reader(bytes, length, charset).read();
  }

  /** Returns the bytes of this message, for rehearsals and tests. */
  public byte[] encode(Charset charset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, VERSION, charset);
    values.forEach((name, value) -> put(out, name + "=" + value, charset));
    put(out, "", charset);
    putAll(out, arguments, charset);
    putAll(out, properties, charset);
    put(out, Integer.toString(environment.size()), charset);
    for (byte[] variable : environment) {
      out.writeBytes(variable);
      out.write(0);
    }
    return out.toByteArray();
  }

  private static void putAll(ByteArrayOutputStream out, List<String> strings, Charset charset) {
    put(out, Integer.toString(strings.size()), charset);
    for (String string : strings) {
      put(out, string, charset);
    }
  }

  private static void put(ByteArrayOutputStream out, String text, Charset charset) {
    out.writeBytes(text.getBytes(charset));
    out.write(0);
  }

  private static final class Reader {
    private final byte[] bytes;
    private final int length;
    private final Charset charset;
    private int position;

    Reader(byte[] bytes, int length, Charset charset) {
      this.bytes = bytes;
      this.length = length;
      this.charset = charset;
    }

    RestoreMessage read() throws IOException {
      String version = text();
      if (!version.equals(VERSION)) {
        throw new IOException("the restore message has the version \"" + version + "\"");
      }
      Map<String, String> values = new LinkedHashMap<>();
      for (String line = text(); !line.isEmpty(); line = text()) {
        int equals = line.indexOf('=');
        if (equals < 0) {
          throw new IOException("the restore message has a line \"" + line + "\"");
        }
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
      List<String> arguments = texts();
      List<String> properties = texts();
      return new RestoreMessage(values, arguments, properties, strings());
    }

    private List<String> texts() throws IOException {
      List<String> texts = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        texts.add(text());
      }
      return texts;
    }

    private List<byte[]> strings() throws IOException {
      List<byte[]> strings = new ArrayList<>();
      for (int left = count(); left > 0; left--) {
        strings.add(string());
      }
      return strings;
    }

    private int count() throws IOException {
      String text = text();
      try {
        int count = Integer.parseInt(text);
        if (count >= 0) {
          return count;
        }
      } catch (NumberFormatException e) {
        // The message is the same as for a negative number.
      }
      throw new IOException("the restore message has a count of \"" + text + "\"");
    }

    private String text() throws IOException {
      return new String(string(), charset);
    }

    private byte[] string() throws IOException {
      int start = position;
      while (position < length && bytes[position] != 0) {
        position++;
      }
      if (position == length) {
        throw new IOException("the restore message ends after " + length + " bytes");
      }
      return Arrays.copyOfRange(bytes, start, position++);
    }
  }
}
