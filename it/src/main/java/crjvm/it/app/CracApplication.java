package crjvm.it.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Asks for its checkpoint itself, through org.crac, and says which callbacks were called. It closes
 * a port for the checkpoint, as frameworks do.
 */
public final class CracApplication {
  // org.crac holds resources only weakly.
  private static final List<Resource> RESOURCES = new ArrayList<>();

  private CracApplication() {}

  public static void main(String[] args) throws Exception {
    for (String name : List.of("one", "two")) {
      Resource resource = resource(name);
      RESOURCES.add(resource);
      Core.getGlobalContext().register(resource);
    }
    Resource port = port(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    RESOURCES.add(port);
    Core.getGlobalContext().register(port);
    TestApplication.main(args);
    System.out.println("asking");
    try {
      Core.checkpointRestore();
      System.out.println("returned");
    } catch (Exception e) {
      System.out.println("failed: " + e);
    }
  }

  private static Resource port(ServerSocket first) {
    System.out.println("closing " + first.getLocalPort());
    return new Resource() {
      private ServerSocket socket = first;

      @Override
      public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
        socket.close();
      }

      @Override
      public void afterRestore(Context<? extends Resource> context) throws IOException {
        socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      }
    };
  }

  private static Resource resource(String name) {
    return new Resource() {
      @Override
      public void beforeCheckpoint(Context<? extends Resource> context) {
        System.out.println("before " + name);
      }

      @Override
      public void afterRestore(Context<? extends Resource> context) {
        System.out.println("after " + name);
      }
    };
  }
}
