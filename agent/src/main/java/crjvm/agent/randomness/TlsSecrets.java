package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * Resumable TLS sessions and the keys of session tickets. Without them, the next connection
 * negotiates its own keys.
 */
final class TlsSecrets implements Secrets {
  private final Class<?> context = JdkInside.type("sun.security.ssl.SSLSessionContextImpl");
  private final Field byId = JdkInside.field(context, "sessionCache");
  private final Field byHost = JdkInside.field(context, "sessionHostPortCache");
  private final Field keys = JdkInside.field(context, "keyHashMap");
  private final Field keyId = JdkInside.field(context, "currentKeyID");
  private final Method clear = JdkInside.method(JdkInside.type("sun.security.util.Cache"), "clear");

  TlsSecrets() throws ReflectiveOperationException {}

  @Override
  public boolean renew(Object owner, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    if (!context.isInstance(owner)) {
      return false;
    }
    clear.invoke(byId.get(owner));
    clear.invoke(byHost.get(owner));
    Map<?, ?> tickets = (Map<?, ?>) keys.get(owner);
    if (!tickets.isEmpty()) { // a client's map can't even be cleared
      tickets.clear();
    }
    keyId.setInt(owner, (int) entropy.nextLong());
    return true;
  }
}
