package crjvm.agent.warmup.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class HttpAnswerTest {
  private static final String OK = "HTTP/1.1 200 OK";
  private static final String NEXT = "what comes next";

  @Test
  void onlyHttpIsAnAnswer() throws IOException {
    assertThat(HttpAnswer.read(stream("HTTP/1.1 204 No Content"), true, false).status())
        .isEqualTo(204);
    assertThatThrownBy(() -> HttpAnswer.read(stream("SSH-2.0-x"), true, false))
        .hasMessage("the answer is not HTTP: SSH-2.0-x");
    assertThatThrownBy(() -> HttpAnswer.read(stream(""), true, false))
        .hasMessage("the connection ended without an answer");
  }

  @Test
  void anAnswerEndsWhereItSaysSo() throws IOException {
    assertThat(rest(OK, "content-length:  5", "", "Hello" + NEXT)).isEqualTo(NEXT);
    assertThat(rest("HTTP/1.1 204 No Content", "X", "", NEXT)).isEqualTo(NEXT);
    assertThat(rest("HTTP/1.1 304 Not Modified", "Content-Length: 5", "", NEXT)).isEqualTo(NEXT);
    String[] chunks = {"a;x=y", "0123456789", "1", "0", "0", "Trailer: t", "", NEXT};
    assertThat(rest(OK, "Transfer-Encoding: Chunked", "", String.join("\r\n", chunks)))
        .isEqualTo(NEXT);
  }

  @Test
  void oneThatDoesNotSaySoEndsWithTheConnection() throws IOException {
    assertThat(rest("HTTP/1.0 200 OK", "", "Hello")).isEmpty();
  }

  @Test
  void theHeadersOfAnInterimAnswerAreNotThoseOfTheAnswer() throws IOException {
    String interim = String.join("\r\n", "HTTP/1.1 103 Early Hints", "Content-Length: 99", "");
    assertThat(rest(interim, OK, "Content-Length: 0", "", NEXT)).isEqualTo(NEXT);
  }

  @Test
  void anAnswerThatBreaksOffIsNone() {
    assertBreaksOff(OK, "Content-Length: 6", "", "Hello");
    assertBreaksOff(OK, "Transfer-Encoding: chunked", "", "6", "Hello");
    assertBreaksOff(OK, "Transfer-Encoding: chunked", "", "5", "Hello", "");
    assertThatThrownBy(() -> HttpAnswer.read(stream(OK, "Content-Length: -1", "", ""), true, false))
        .hasMessage("the answer is not HTTP: -1 as its length");
  }

  private static void assertBreaksOff(String... lines) {
    assertThatThrownBy(() -> HttpAnswer.read(stream(lines), true, false))
        .hasMessage("the connection ended within the answer");
  }

  /** Returns the rest of the stream after an answer. */
  private static String rest(String... lines) throws IOException {
    InputStream in = stream(lines);
    HttpAnswer.read(in, true, false);
    return new String(in.readAllBytes(), US_ASCII);
  }

  private static InputStream stream(String... lines) {
    return new ByteArrayInputStream(String.join("\r\n", lines).getBytes(US_ASCII));
  }
}
