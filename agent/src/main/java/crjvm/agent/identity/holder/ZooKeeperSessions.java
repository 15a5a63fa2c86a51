package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;

/**
 * Sessions with ZooKeeper. Copies that go on with one session have the same locks and the same
 * leadership. A copy connects with a session that the server does not know, so the client learns
 * that its session has expired, as after any long pause, and the application makes another one.
 */
public final class ZooKeeperSessions implements Holder {
  @Override
  public List<String> objects() {
    return List.of("org.apache.zookeeper.ClientCnxn");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Enum<?> state = (Enum<?>) Members.get(owner, "state");
    MutableField id = new MutableField(Members.field(owner.getClass(), "sessionId"));
    boolean hasSession = !id.get(owner).equals(0L); // It gets one when it connects.
    if (hasSession && !state.name().equals("CLOSED") && !state.name().equals("AUTH_FAILED")) {
      found.add(new FieldChange(owner, id, entropy -> entropy.nextLong() | 1));
      found.add(new RandomBytes((byte[]) Members.get(owner, "sessionPasswd")));
    }
  }
}
