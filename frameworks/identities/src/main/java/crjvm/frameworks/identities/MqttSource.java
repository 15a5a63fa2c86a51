package crjvm.frameworks.identities;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A client of an MQTT broker, which connects again by itself. */
final class MqttSource implements MqttCallback {
  private static final int PAUSE_MILLIS = 50;

  private final MqttClient client;
  private final AtomicInteger lost = new AtomicInteger();

  /**
   * @param id the client's id; or {@code made} if Paho makes it, or {@code random} for a UUID
   */
  MqttSource(String broker, String id) throws MqttException {
    String own =
        switch (id) {
          case "made" -> MqttClient.generateClientId();
          case "random" -> "till-" + UUID.randomUUID();
          default -> id;
        };
    client = new MqttClient(broker, own, new MemoryPersistence());
    client.setCallback(this);
    MqttConnectOptions options = new MqttConnectOptions();
    options.setAutomaticReconnect(true);
    client.connect(options);
  }

  /** Publishes a message, and returns it when the broker has confirmed it. */
  String next() throws Exception {
    String message = UUID.randomUUID().toString();
    while (true) {
      try {
        client.publish("copies", message.getBytes(StandardCharsets.UTF_8), 1, false);
        return message;
      } catch (MqttException e) {
        if (client.isConnected()) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Returns the id, as the client tells it. */
  String id() {
    return client.getClientId();
  }

  /** Returns how often the connection was lost. */
  String lost() {
    return Integer.toString(lost.get());
  }

  @Override
  public void connectionLost(Throwable cause) {
    lost.incrementAndGet();
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {}

  @Override
  public void deliveryComplete(IMqttDeliveryToken token) {}
}
