package crjvm.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ReflectionUtils;

/**
 * Pauses Tomcat's connectors. A client that connects to a restored process before it has its
 * settings waits for them. Spring Boot 3 and 4 have the server in different packages.
 */
final class TomcatPause {
  private static final String SERVER = "TomcatWebServer";

  private final List<Object> connectors = new ArrayList<>();

  /** Begins the pause. It does nothing if there is no Tomcat. */
  TomcatPause(ApplicationContext context) {
    Object server = call(context, "getWebServer");
    if (server != null && server.getClass().getSimpleName().equals(SERVER)) {
      Object service = call(call(server, "getTomcat"), "getService");
      for (Object connector : (Object[]) call(service, "findConnectors")) {
        call(connector, "pause");
        connectors.add(connector);
      }
    }
  }

  void end() {
    connectors.forEach(connector -> call(connector, "resume"));
  }

  /**
   * Calls a method. The result is null if the object lacks the method, or if the method returns
   * nothing.
   */
  private static Object call(Object object, String name) {
    Method method = object == null ? null : ReflectionUtils.findMethod(object.getClass(), name);
    if (method == null) {
      return null;
    }
    ReflectionUtils.makeAccessible(method);
    return ReflectionUtils.invokeMethod(method, object);
  }
}
