package crjvm.examples.hello;

import java.io.IOException;

/**
 * The command line of hello-http, which starts the server and stops it cleanly when the JVM ends.
 */
public final class HelloHttp {
  private static final int DEFAULT_PORT = 8080;
  private static final int EXIT_USAGE = 2;

  private HelloHttp() {}

  /** Accepts {@code --port N}. Other arguments are kept for {@code /args}. */
  public static void main(String[] args) {
    try {
      HelloServer server = new HelloServer(portIn(args), String.join(" ", args));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "hello-stop"));
      server.start();
      System.out.println("hello-http: listening on port " + server.port());
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("hello-http: can't start: " + e.getMessage());
      System.exit(EXIT_USAGE);
    }
  }

  private static void stop(HelloServer server) {
    server.stop();
    System.out.println("hello-http: stopped");
  }

  private static int portIn(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--port")) {
        if (i + 1 == args.length) {
          throw new IllegalArgumentException("--port needs a number");
        }
        return Integer.parseInt(args[i + 1]);
      }
    }
    return DEFAULT_PORT;
  }
}
