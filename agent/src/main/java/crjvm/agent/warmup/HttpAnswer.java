package crjvm.agent.warmup;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The answer to a GET request. It is read up to the end that it declares, because some servers keep
 * the connection although they were asked to close it.
 */
final class HttpAnswer {
  private static final int LINE_LIMIT = 64 * 1024;
  private static final String EARLY_END = "the connection ended within the answer";
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InputStream in;
  private boolean isChunked;
  private long length = -1;

  private HttpAnswer(InputStream in) {
    this.in = in;
  }

  /** Returns the status. It reads only the first line. */
  static int readStatus(InputStream in) throws IOException {
    return new HttpAnswer(in).readStatus();
  }

  /** Returns the status after reading the whole answer. */
  static int read(InputStream in) throws IOException {
    HttpAnswer answer = new HttpAnswer(in);
    int status;
    do {
      status = answer.readStatus();
      answer.readHeaders();
    } while (status >= 100 && status < 200); // interim answers
    if (status != NO_CONTENT && status != NOT_MODIFIED) {
      answer.skipBody();
    }
    return status;
  }

  /** Reads a line such as {@code HTTP/1.1 200 OK}. */
  private int readStatus() throws IOException {
    String line = readLine();
    String[] words = line.split(" ", 3);
    try {
      if (words.length >= 2 && words[0].startsWith("HTTP/")) {
        return Integer.parseInt(words[1]);
      }
    } catch (NumberFormatException e) {
      // The message is the same as for other invalid lines.
    }
    throw new IOException(
        line.isEmpty()
            ? "the connection ended without an answer"
            : "the answer is not HTTP: " + line);
  }

  private void readHeaders() throws IOException {
    isChunked = false;
    length = -1;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      String[] header = line.split(":", 2);
      String value = header.length < 2 ? "" : header[1].strip();
      switch (header[0].strip().toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = number(value, 10);
        case "transfer-encoding" -> isChunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
        default -> {
          // This header does not affect the length.
        }
      }
    }
  }

  private void skipBody() throws IOException {
    if (isChunked) {
      skipChunks();
    } else if (length >= 0) {
      skip(length);
    } else {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private void skipChunks() throws IOException {
    long size;
    do {
      size = number(readLine().split(";", 2)[0].strip(), 16);
      if (size > 0) {
        skip(size);
        readLine();
      }
    } while (size > 0);
    readHeaders(); // The trailer may have more headers.
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw new IOException(EARLY_END, e);
    }
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(digits, radix);
    } catch (NumberFormatException e) {
      throw new IOException(
          digits.isEmpty() ? EARLY_END : "the answer is not HTTP: " + digits + " as its length", e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c; (c = in.read()) >= 0 && c != '\n' && line.size() < LINE_LIMIT; ) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
