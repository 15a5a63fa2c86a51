package crjvm.frameworks.identities;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.Map;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.util.IdGenerator;

/** The ids of ActiveMQ, and a connection that waits for its broker. */
final class ActiveMqSource {
  private ActiveMqSource() {}

  static void add(Map<String, Source> all) throws JMSException {
    IdGenerator generator = new IdGenerator();
    all.put("activemq", generator::generateId);
    all.put("activemq-late", () -> new IdGenerator().generateId());
    ActiveMQConnectionFactory connections =
        new ActiveMQConnectionFactory("failover:(tcp://127.0.0.1:1)");
    all.put("activemq-connection", () -> next(connections));
    if (Boolean.getBoolean("failover")) {
      Connection open = connections.createConnection();
      all.put("failover", open::toString);
    }
  }

  private static String next(ActiveMQConnectionFactory connections) throws JMSException {
    ActiveMQConnection connection = (ActiveMQConnection) connections.createConnection();
    try {
      return connection.getConnectionInfo().getConnectionId().toString();
    } finally {
      connection.close();
    }
  }
}
