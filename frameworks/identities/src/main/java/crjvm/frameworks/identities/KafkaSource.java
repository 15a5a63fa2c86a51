package crjvm.frameworks.identities;

import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Sends records with an idempotent producer, which is Kafka's default, and returns those that were
 * sent.
 */
final class KafkaSource {
  static final String TOPIC = "copies";

  private final KafkaProducer<String, String> producer;
  private final Resource closing; // the context does not keep it

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
    closing = new Closing(producer);
    if (Boolean.getBoolean("closing")) {
      Core.getGlobalContext().register(closing);
    }
  }

  private record Closing(KafkaProducer<String, String> producer) implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
      producer.close();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}
  }

  /** Sends a record, and returns its value when it is acknowledged. */
  String next() throws Exception {
    String value = UUID.randomUUID().toString();
    producer.send(new ProducerRecord<>(TOPIC, 0, null, value)).get();
    return value;
  }
}
