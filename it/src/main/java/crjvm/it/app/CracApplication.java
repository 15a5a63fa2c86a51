package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/** Asks for its checkpoint itself, through org.crac, and says which callbacks were called. */
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
    TestApplication.main(args);
    System.out.println("asking");
    try {
      Core.checkpointRestore();
      System.out.println("returned");
    } catch (Exception e) {
      System.out.println("failed: " + e);
    }
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
