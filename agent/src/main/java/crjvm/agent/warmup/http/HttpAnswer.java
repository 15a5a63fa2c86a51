package crjvm.agent.warmup.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The answer to a request. It is read up to the end that it declares, because some servers keep the
 * connection although they were asked to close it. Its body is kept only if it is wanted, and only
 * the beginning of a long one.
 */
public final class HttpAnswer {
  private static final int LINE_LIMIT = 64 * 1024;
  private static final String EARLY_END = "the connection ended within the answer";
  private static final int PIECE = 8192;
  private static final int MOST_KEPT = 1 << 20;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InputStream in;
  private final List<HttpRequest.Header> headers = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private final boolean isKept;
  private int status;
  private boolean isChunked;
  private long length = -1;

  private HttpAnswer(InputStream in, boolean isKept) {
    this.in = in;
    this.isKept = isKept;
  }

  /** Returns the status. It reads only the first line. */
  static int readStatus(InputStream in) throws IOException {
    return new HttpAnswer(in, false).readStatus();
  }

  /**
   * Returns the whole answer.
   *
   * @param hasBody false if the request was one whose answers have no body
   * @param isKept whether {@link #body} is wanted
   */
  static HttpAnswer read(InputStream in, boolean hasBody, boolean isKept) throws IOException {
    HttpAnswer answer = new HttpAnswer(in, isKept);
    do {
      answer.status = answer.readStatus();
      answer.readHeaders();
    } while (answer.status >= 100 && answer.status < 200); // interim answers
    if (hasBody && answer.status != NO_CONTENT && answer.status != NOT_MODIFIED) {
      answer.readBody();
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

  /** Returns the body as text in UTF-8, which JSON has. */
  public String body() {
    return body.toString(StandardCharsets.UTF_8);
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

  private void readBody() throws IOException {
    if (isChunked) {
      readChunks();
    } else if (length >= 0) {
      readAll(length);
    } else {
      read(Long.MAX_VALUE);
    }
  }

  private void readChunks() throws IOException {
    long size;
    do {
      size = number(readLine().split(";", 2)[0].strip(), 16);
      if (size > 0) {
        readAll(size);
        readLine();
      }
    } while (size > 0);
    while (!readLine().isEmpty()) {
      // The trailer's headers are ignored.
    }
  }

  private void readAll(long bytes) throws IOException {
    if (read(bytes) < bytes) {
      throw new IOException(EARLY_END);
    }
  }

  /** Reads so many bytes, or up to the end, and returns their number. */
  private long read(long bytes) throws IOException {
    byte[] piece = new byte[PIECE];
    long done = 0;
    while (done < bytes) {
      int length = in.read(piece, 0, (int) Math.min(piece.length, bytes - done));
      if (length < 0) {
        return done;
      }
      if (isKept) {
        body.write(piece, 0, Math.min(length, MOST_KEPT - body.size()));
      }
      done += length;
    }
    return done;
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
