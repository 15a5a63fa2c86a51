package crjvm.servers.artemis;

import crjvm.servers.Payload;
import crjvm.servers.Store;
import crjvm.servers.StoreClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.jms.Connection;
import javax.jms.DeliveryMode;
import javax.jms.JMSException;
import javax.jms.Message;
import javax.jms.MessageConsumer;
import javax.jms.MessageProducer;
import javax.jms.Queue;
import javax.jms.QueueBrowser;
import javax.jms.Session;
import javax.jms.TextMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Persistent messages in a queue of Artemis. Each is sent or taken in a transaction of its own. */
public final class ArtemisClient implements Store {
  private static final int LIMIT_MS = 60_000;

  private final ActiveMQConnectionFactory factory;
  private final Connection connection;
  private final Session session;
  private final Queue queue;

  private ArtemisClient(int port) throws JMSException {
    factory = new ActiveMQConnectionFactory("tcp://localhost:" + port);
    connection = factory.createConnection("user", "password");
    connection.start();
    session = connection.createSession(true, Session.SESSION_TRANSACTED);
    queue = session.createQueue("entries");
  }

  @Override
  public void add(int number) throws JMSException {
    try (MessageProducer producer = session.createProducer(queue)) {
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      producer.send(session.createTextMessage(Payload.of(number)));
      session.commit();
    }
  }

  @Override
  public List<Integer> numbers() throws JMSException {
    List<Integer> numbers = new ArrayList<>();
    try (QueueBrowser browser = session.createBrowser(queue)) {
      for (Object message : Collections.list(browser.getEnumeration())) {
        numbers.add(number((Message) message));
      }
    }
    return numbers;
  }

  @Override
  public int take() throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      Message message = consumer.receive(LIMIT_MS);
      session.commit();
      return number(message);
    }
  }

  private static int number(Message message) throws JMSException {
    return Payload.number(((TextMessage) message).getText());
  }

  @Override
  public void close() throws JMSException {
    connection.close();
    factory.close();
  }

  public static void main(String[] args) {
    StoreClient.run(ArtemisClient::new, args);
  }
}
