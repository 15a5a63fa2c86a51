package crjvm.agent.warmup.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The answer to a request. It is read up to the end that it declares, because some servers keep the
 * connection although they were asked to close it. Nothing of its body is kept.
 */
public final class HttpAnswer {
  private static final int LINE_LIMIT = 64 * 1024;
  private static final String EARLY_END = "the connection ended within the answer";
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InputStream in;
  private final List<HttpRequest.Header> headers = new ArrayList<>();
  private int status;
  private boolean isChunked;
  private long length = -1;

  private HttpAnswer(InputStream in) {
    this.in = in;
  }

  /** Returns the status. It reads only the first line. */
  static int readStatus(InputStream in) throws IOException {
    return new HttpAnswer(in).readStatus();
  }

  /**
   * Returns the whole answer.
   *
   * @param hasBody false if the request was one whose answers have no body
   */
  static HttpAnswer read(InputStream in, boolean hasBody) throws IOException {
    HttpAnswer answer = new HttpAnswer(in);
    do {
      answer.status = answer.readStatus();
      answer.readHeaders();
    } while (answer.status >= 100 && answer.status < 200); // interim answers
    if (hasBody && answer.status != NO_CONTENT && answer.status != NOT_MODIFIED) {
      answer.skipBody();
    }
    return answer;
  }

  public int status() {
    return status;
  }

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** Returns the headers, with their names as they came. */
  public List<HttpRequest.Header> headers() {
    return Collections.unmodifiableList(headers);
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
    headers.clear();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      String[] header = line.split(":", 2);
      String value = header.length < 2 ? "" : header[1].strip();
      headers.add(new HttpRequest.Header(header[0].strip(), value));
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
    while (!readLine().isEmpty()) {
      // The trailer's headers are ignored.
    }
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
