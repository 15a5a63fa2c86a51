package crjvm.it.bench.container;

import crjvm.it.bench.Workbench;
import java.io.IOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The containers of a test class. They end with the test. Register it as a static extension. */
public final class Containers implements BeforeAllCallback, AfterEachCallback {
  /**
   * The name of a lock. Classes with containers take it, because all containers end with each test
   * of such a class.
   */
  public static final String RESOURCE = "containers";

  private final Workbench bench;
  private ContainerEngine engine;
  private int made;

  public Containers(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    engine = ContainerEngine.of(context);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    engine.removeContainers();
  }

  public ContainerEngine engine() {
    return engine;
  }

  /**
   * Returns a container of the base image, in the host's network, with the workbench mounted
   * read-only.
   */
  public Container base() {
    return container(ContainerEngine.BASE);
  }

  /** Returns the same container with the helper installed. */
  public Container maker() throws IOException, InterruptedException {
    return container(engine.maker(bench.product()));
  }

  /** Returns a container of an image that was pulled, without the workbench. */
  public Container of(String image) {
    return container(image).withoutWorkbench();
  }

  private Container container(String image) {
    made++;
    return new Container(bench, engine, image, "crjvm-" + made);
  }
}
