package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client ids of Eclipse Paho. A broker closes a client's connection when another client with
 * the same id connects. Ids that Paho has made, and ids with a random UUID in them, are renewed.
 */
public final class MqttClients implements Holder {
  private static final String PACKAGE = "org.eclipse.paho.";
  private static final Pattern MADE = Pattern.compile("paho\\d+");

  /** A UUID in lower case, or in upper case as Mosquitto makes it. */
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Override
  public List<String> objects() {
    return List.of(
        PACKAGE + "client.mqttv3.MqttAsyncClient",
        PACKAGE + "mqttv5.client.internal.MqttSessionState");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    MutableField field = new MutableField(Members.field(owner.getClass(), "clientId"));
    String id = (String) field.get(owner);
    if (id == null || id.isEmpty()) {
      return; // The broker chooses one for each connection.
    }
    Matcher uuid = UUID.matcher(id);
    if (MADE.matcher(id).matches()) {
      found.add(new FieldChange(owner, field, MqttClients::made));
    } else if (uuid.find() && !OwnValues.isGiven(uuid.group())) {
      found.add(new FieldChange(owner, field, e -> uuid.replaceFirst(RandomUuid.next(e))));
    } else {
      found.share("the id \"" + id + "\" of an MQTT client");
    }
  }

  private static String made(Entropy entropy) throws IOException {
    return "paho" + (entropy.nextLong() >>> 1);
  }
}
