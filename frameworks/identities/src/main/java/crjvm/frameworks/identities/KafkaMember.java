package crjvm.frameworks.identities;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A consumer that is a member of a group. It returns its member id and the number of its
 * partitions.
 */
final class KafkaMember {
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final String GROUP = "group";

  private final KafkaConsumer<String, String> consumer;
  private volatile String last = "";

  /** Joins a group. Further options are in system properties. */
  KafkaMember(String brokers, String group) {
    Map<String, Object> options = new HashMap<>();
    options.put("bootstrap.servers", brokers);
    options.put("group.id", group);
    for (String name : List.of("group.instance.id", "group.protocol", "session.timeout.ms")) {
      if (System.getProperty(name) != null) {
        options.put(name, System.getProperty(name));
      }
    }
    consumer = new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer());
    consumer.subscribe(List.of(KafkaSource.TOPIC));
    Thread thread = new Thread(this::poll, GROUP);
    thread.setDaemon(true);
    thread.start();
  }

  private void poll() {
    while (true) {
      consumer.poll(WAIT);
      int partitions = consumer.assignment().size();
      if (partitions > 0 || !last.isEmpty()) {
        last = consumer.groupMetadata().memberId() + " " + partitions;
      }
    }
  }

  String next() {
    if (last.isEmpty()) {
      throw new IllegalStateException("no partition yet");
    }
    return last;
  }
}
