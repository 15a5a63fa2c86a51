package crjvm.frameworks.identities;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Messages that a broker has confirmed, by one connection, which recovers by itself. */
final class AmqpSource {
  static final String QUEUE = "copies";

  private static final int CONFIRM_MILLIS = 10_000;
  private static final int RECOVERY_MILLIS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Channel channel;

  AmqpSource(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setNetworkRecoveryInterval(RECOVERY_MILLIS);
    Connection connection = factory.newConnection("identities");
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.queueDeclare(QUEUE, true, false, false, null);
  }

  /**
   * Sends messages until the broker confirms one, and returns it. While the connection is broken,
   * each attempt sends a new message.
   */
  String next() throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String value = UUID.randomUUID().toString();
      try {
        channel.basicPublish(
            "", QUEUE, MessageProperties.PERSISTENT_BASIC, value.getBytes(StandardCharsets.UTF_8));
        channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
        return value;
      } catch (IOException | ShutdownSignalException e) {
        // It is an IOException if this thread finds the broken connection before the reading
        // thread.
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(RECOVERY_MILLIS);
      }
    }
  }

  /** Takes all messages from the queue, a line each. */
  String kept() throws Exception {
    List<String> kept = new ArrayList<>();
    for (GetResponse one; (one = channel.basicGet(QUEUE, true)) != null; ) {
      kept.add(new String(one.getBody(), StandardCharsets.UTF_8));
    }
    return String.join("\n", kept);
  }
}
