package crjvm.frameworks.micronaut;

import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;

/** Says where the server listens, each time that it is started. */
@Singleton
class PortListener {
  @EventListener
  void onStartup(ServerStartupEvent event) {
    System.out.println("listening on " + event.getSource().getURL());
  }
}
