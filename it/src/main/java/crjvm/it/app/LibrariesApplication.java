package crjvm.it.app;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;
import org.apache.commons.io.IOUtils;

/**
 * Uses the three libraries that the agent uses, too, in the versions of its own class path. The
 * argument is the port. {@code /} answers with a line for each library.
 */
public final class LibrariesApplication {
  private LibrariesApplication() {}

  public static void main(String[] args) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress("localhost", Integer.parseInt(args[0])), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = useAll().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          } catch (ReflectiveOperationException e) {
            throw new IOException(e);
          }
        });
    server.start();
  }

  private static String useAll() throws IOException, ReflectiveOperationException {
    Object generated =
        new ByteBuddy()
            .subclass(Object.class)
            .method(ElementMatchers.named("toString"))
            .intercept(FixedValue.value("generated"))
            .make()
            .load(LibrariesApplication.class.getClassLoader())
            .getLoaded()
            .getDeclaredConstructor()
            .newInstance();
    int pid = Function.getFunction("c", "getpid").invokeInt(new Object[0]);
    // The field is read by reflection, because the compiler would copy the constant.
    Field jnaVersion = Native.class.getField("VERSION");
    jnaVersion.setAccessible(true);
    byte[] bytes = IOUtils.toByteArray(new ByteArrayInputStream(new byte[] {1, 2, 3}));
    return String.join(
        "\n",
        "Byte Buddy " + jarOf(ByteBuddy.class) + " " + generated,
        "JNA " + jarOf(Native.class) + " " + jnaVersion.get(null) + " " + pid,
        "Commons IO " + jarOf(IOUtils.class) + " " + bytes.length);
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .getFileName();
  }
}
