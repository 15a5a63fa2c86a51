package crjvm.frameworks.identities;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** A client of a NATS server. Other processes answer its requests. */
final class NatsSource {
  private static final String SUBJECT = "copies";
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final Connection connection;

  NatsSource(String server) throws IOException, InterruptedException {
    connection = Nats.connect(Options.builder().server(server).maxReconnects(-1).build());
  }

  /** Answers each request with its content and the subject to which the answer goes. */
  void serve() {
    connection.createDispatcher(this::answer).subscribe(SUBJECT);
  }

  private void answer(Message request) {
    String content = new String(request.getData(), StandardCharsets.UTF_8);
    String answer = content + " " + request.getReplyTo();
    connection.publish(request.getReplyTo(), answer.getBytes(StandardCharsets.UTF_8));
  }

  /** Subscribes to the messages of a stream, which the server pushes. */
  void push() throws Exception {
    connection
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("stream")
                .subjects("pushed")
                .storageType(StorageType.Memory)
                .build());
    connection.jetStream().subscribe("pushed");
  }

  /** Makes a request, and returns the subject to which the answer came. */
  String next() throws Exception {
    String content = UUID.randomUUID().toString();
    while (true) {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      Message answer = connection.request(SUBJECT, bytes, WAIT); // null while it connects
      if (answer != null) {
        String text = new String(answer.getData(), StandardCharsets.UTF_8);
        if (!text.startsWith(content + " ")) {
          throw new IllegalStateException("the answer to another request: " + text);
        }
        return text.substring(content.length() + 1);
      }
    }
  }

  /** Returns a new subject for answers. */
  String inbox() {
    return connection.createInbox();
  }
}
