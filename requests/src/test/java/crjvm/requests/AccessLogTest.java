package crjvm.requests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private static final String BEFORE = "127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] \"";

  @TempDir Path folder;

  @Test
  void theAddressesThatWereAskedForMostOften() throws Exception {
    Path log =
        Files.write(
            folder.resolve("access.log"),
            List.of(
                BEFORE + "GET /rare HTTP/1.1\" 200 17 \"-\" \"curl/8\"",
                BEFORE + "GET /often?a=b HTTP/1.1\" 200 17",
                BEFORE + "GET /often?a=b HTTP/1.1\" 200 17",
                BEFORE + "GET /often?a=b HTTP/2.0\" 200 17",
                BEFORE + "POST /orders HTTP/1.1\" 201 17",
                BEFORE + "GET /old HTTP/1.1\" 404 17",
                "Tomcat started"));

    RequestList list = AccessLog.read(log, 1);

    assertThat(list.format("http://h"))
        .isEqualTo("@host = http://h\n\n###\nGET {{host}}/often?a=b\n\n");
    assertThat(list.report())
        .containsExactly(
            "1 requests",
            "left out: 1 POST requests, whose bodies a log does not have, 1 with status 404, 1 lines"
                + " that are not of an access log, 1 addresses that are rarer",
            "they are 75 % of the log's good GET requests");
  }

  @Test
  void anEmptyLogHasNoRequests() throws Exception {
    RequestList list = AccessLog.read(Files.createFile(folder.resolve("empty.log")), 5);

    assertThat(list.isEmpty()).isTrue();
    assertThat(list.report()).containsExactly("0 requests");
  }
}
