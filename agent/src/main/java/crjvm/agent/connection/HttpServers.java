package crjvm.agent.connection;

import crjvm.agent.library.Members;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The known HTTP servers, whose ports are recognised by the classes that open them or wait for
 * connections there. A server that is not known here may use any protocol.
 */
final class HttpServers {
  /**
   * A library that opens ports in the thread that asks for them.
   *
   * @param packages the beginnings of its classes' names
   * @param proof the beginnings of the names of classes that serve only HTTP
   */
  private record Library(List<String> packages, List<String> proof) {
    /** Returns whether the library is the nearest one on the stack and serves HTTP. */
    boolean isAtWork(List<String> stack) {
      return stack.stream()
          .dropWhile(name -> beginsWithAny(name, JDK))
          .takeWhile(name -> beginsWithAny(name, packages))
          .anyMatch(name -> beginsWithAny(name, proof));
    }
  }

  private static final List<String> JDK = List.of("java.", "sun.nio.ch.", "jdk.internal.");

  private static final List<Library> LIBRARIES =
      List.of(
          library(List.of("sun.net.httpserver.", "com.sun.net.httpserver."), "sun.net.httpserver."),
          library(List.of("org.apache.tomcat.", "org.apache.coyote."), "org.apache.coyote.http11."),
          library(List.of("org.eclipse.jetty."), "org.eclipse.jetty.server.ServerConnector"),
          library(
              List.of("org.xnio.", "io.undertow.", "org.wildfly.extension.undertow."),
              "io.undertow.Undertow",
              "org.wildfly.extension.undertow.Http"),
          library(List.of("io.helidon."), "io.helidon.webserver."),
          library(
              List.of("org.glassfish.grizzly."),
              "org.glassfish.grizzly.http.",
              "org.glassfish.grizzly.config."),
          library(List.of("org.apache.hc.core5."), "org.apache.hc.core5.http."),
          library(List.of("fi.iki.elonen.", "org.nanohttpd."), "fi.iki.elonen.", "org.nanohttpd."));

  /**
   * The beginnings of class names of HTTP servers that use Netty, which opens ports in its own
   * threads.
   */
  private static final List<String> BEHIND_NETTY =
      List.of(
          "com.linecorp.armeria.server.Http",
          "io.ktor.server.netty.",
          "io.micronaut.http.server.netty.",
          "io.vertx.core.http.impl.",
          "play.core.server.",
          "reactor.netty.http.server.");

  /** The beginnings of names of classes that refer to too many other objects. */
  private static final List<String> HUBS =
      List.of("io.netty.channel.", "io.netty.util.", "io.vertx.core.impl.", "java.lang.");

  private static final int MOST_OBJECTS = 500;
  private static final int MOST_HANDLERS = 50;

  private HttpServers() {}

  private static Library library(List<String> packages, String... proof) {
    return new Library(packages, List.of(proof));
  }

  private static boolean beginsWithAny(String name, List<String> beginnings) {
    return beginnings.stream().anyMatch(name::startsWith);
  }

  /**
   * Returns whether an HTTP server has just opened a port.
   *
   * @param stack the names of classes, the latest call first
   */
  static boolean haveOpened(List<String> stack) {
    return LIBRARIES.stream().anyMatch(library -> library.isAtWork(stack));
  }

  /** Returns whether an HTTP server handles the connections that Netty accepts on a channel. */
  static boolean areBehindNetty(ServerSocketChannel channel) {
    try {
      SelectionKey[] keys = (SelectionKey[]) Members.get(channel, "keys");
      for (SelectionKey key : keys == null ? new SelectionKey[0] : keys) {
        if (key != null && isHttp(childHandler(key.attachment()))) {
          return true;
        }
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false; // Perhaps it is another release.
    }
    return false;
  }

  /**
   * Returns the handler of accepted connections, or null if there is none or the attachment is not
   * Netty's.
   */
  private static Object childHandler(Object attachment) throws ReflectiveOperationException {
    if (attachment == null || !attachment.getClass().getName().startsWith("io.netty.")) {
      return null;
    }
    Object channel = attachment;
    if (Members.hasField(attachment, "handle")) { // since 4.2
      channel = Members.get(Members.get(attachment, "handle"), "this$0");
    }
    Object context = Members.get(Members.get(channel, "pipeline"), "head");
    for (int i = 0; context != null && i < MOST_HANDLERS; i++) {
      if (Members.hasField(context, "handler")) {
        Object handler = Members.get(context, "handler");
        if (Members.hasField(handler, "childHandler")) {
          return Members.get(handler, "childHandler");
        }
      }
      context = Members.get(context, "next");
    }
    return null;
  }

  /** Returns whether an object, or an object that it leads to, serves only HTTP. */
  private static boolean isHttp(Object handler) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>();
    if (handler != null) {
      left.add(handler);
    }
    while (!left.isEmpty() && seen.size() < MOST_OBJECTS) {
      Object object = left.remove();
      String name = object.getClass().getName();
      if (!seen.add(object) || beginsWithAny(name, HUBS)) {
        continue;
      } else if (beginsWithAny(name, BEHIND_NETTY)) {
        return true;
      } else if (object instanceof Map<?, ?> map) {
        addAll(map.values(), left);
      } else if (object instanceof Collection<?> collection) {
        addAll(collection, left);
      } else if (!name.startsWith("java.")) {
        addMembers(object, left);
      }
    }
    return false;
  }

  private static void addAll(Collection<?> objects, Deque<Object> left) {
    for (Object each : objects) {
      if (each != null) {
        left.add(each);
      }
    }
  }

  private static void addMembers(Object object, Deque<Object> left) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean isReference = !field.getType().isPrimitive();
        if (isReference && !Modifier.isStatic(field.getModifiers()) && field.trySetAccessible()) {
          add(field, object, left);
        }
      }
    }
  }

  private static void add(Field field, Object object, Deque<Object> left) {
    try {
      Object value = field.get(object);
      if (value != null) {
        left.add(value);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // The field has been made accessible.
    }
  }
}
