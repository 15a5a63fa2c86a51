package crjvm.it;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Containers for a test class, which end with the test. To be registered as a static extension. */
final class Containers implements BeforeAllCallback, AfterEachCallback {
  /** Classes that use them lock this: with each of their tests all containers end. */
  static final String RESOURCE = "containers";

  private final Workbench bench;
  private ContainerEngine engine;
  private int made;

  Containers(Workbench bench) {
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

  ContainerEngine engine() {
    return engine;
  }

  /** A container of the base image, in the host's network, with the workbench mounted read-only. */
  Container base() {
    return container(ContainerEngine.BASE);
  }

  /** The same with the helper installed. */
  Container maker() throws IOException, InterruptedException {
    return container(engine.maker(bench.product()));
  }

  /** One of an image that was pulled, with nothing of the workbench. */
  Container of(String image) {
    return container(image).withoutWorkbench();
  }

  private Container container(String image) {
    made++;
    return new Container(bench, engine, image, "crjvm-" + made);
  }
}
