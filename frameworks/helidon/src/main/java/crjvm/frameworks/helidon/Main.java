package crjvm.frameworks.helidon;

import io.helidon.webserver.WebServer;

/** Starts the server. */
public class Main {
  private Main() {}

  public static void main(String[] args) {
    WebServer.builder()
        .host("127.0.0.1")
        .port(Integer.getInteger("port", 8080))
        .routing(routing -> routing.register(new GreetingService()))
        .build()
        .start();
  }
}
