package crjvm.servers.kafka;

import crjvm.servers.Payload;
import crjvm.servers.Store;
import crjvm.servers.StoreClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Records of Kafka in a topic of one partition. All replicas acknowledge each of them. */
public final class KafkaClient implements Store {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final TopicPartition PARTITION = new TopicPartition("entries", 0);

  private final Map<String, Object> server;
  private KafkaProducer<Integer, String> producer;

  private KafkaClient(int port) {
    server = Map.of("bootstrap.servers", "localhost:" + port);
  }

  @Override
  public void add(int number) throws ExecutionException, InterruptedException {
    if (producer == null) {
      Map<String, Object> options = new HashMap<>(server);
      options.put("acks", "all");
      producer = new KafkaProducer<>(options, new IntegerSerializer(), new StringSerializer());
    }
    producer.send(new ProducerRecord<>(PARTITION.topic(), number, Payload.of(number))).get();
  }

  @Override
  public List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    try (KafkaConsumer<Integer, String> consumer =
        new KafkaConsumer<>(server, new IntegerDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION), LIMIT).get(PARTITION);
      while (consumer.position(PARTITION, LIMIT) < end) {
        for (ConsumerRecord<Integer, String> entry : consumer.poll(LIMIT)) {
          numbers.add(Payload.check(entry.key(), entry.value()));
        }
      }
    }
    return numbers;
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(LIMIT);
    }
  }

  public static void main(String[] args) {
    StoreClient.run(KafkaClient::new, args);
  }
}
