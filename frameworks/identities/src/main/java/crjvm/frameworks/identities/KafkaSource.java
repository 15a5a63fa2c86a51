package crjvm.frameworks.identities;

import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Records of an idempotent producer, which is what a producer is: it says which it has sent. */
final class KafkaSource {
  static final String TOPIC = "copies";

  private final KafkaProducer<String, String> producer;

  KafkaSource(String brokers) {
    String name = System.getProperty("transactional");
    Map<String, Object> options =
        name == null
            ? Map.of("bootstrap.servers", brokers)
            : Map.of("bootstrap.servers", brokers, "transactional.id", name);
    producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer());
    if (name != null) {
      producer.initTransactions();
    }
  }

  /** Acknowledged. */
  String next() throws Exception {
    String value = UUID.randomUUID().toString();
    producer.send(new ProducerRecord<>(TOPIC, 0, null, value)).get();
    return value;
  }
}
