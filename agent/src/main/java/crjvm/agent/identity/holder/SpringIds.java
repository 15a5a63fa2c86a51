package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.util.List;
import java.util.Random;

/**
 * The generator of ids of Spring's messages and of sessions by WebSocket. It is seeded once, and
 * the agent takes the seed for a choice of the application.
 */
public final class SpringIds implements Holder {
  @Override
  public List<String> objects() {
    return List.of("org.springframework.util.AlternativeJdkIdGenerator");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    MutableField random = new MutableField(Members.field(owner.getClass(), "random"));
    found.add(new FieldChange(owner, random, entropy -> new Random(entropy.nextLong())));
  }
}
