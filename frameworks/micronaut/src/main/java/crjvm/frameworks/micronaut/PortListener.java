package crjvm.frameworks.micronaut;

import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;

/** Prints the server's address each time the server is started. */
@Singleton
class PortListener {
  @EventListener
  void onStartup(ServerStartupEvent event) {
    System.out.println("listening on " + event.getSource().getURL());
  }
}
