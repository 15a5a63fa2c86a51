package crjvm.it.bench.container;

import crjvm.it.bench.Command;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.User;
import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A network of a test class that has only loopback, so that its ports are free. Register it as a
 * static extension.
 */
public final class NetworkNamespace implements BeforeAllCallback, AfterAllCallback {
  private static final String KEEP = "ip link set lo up || exit 1; echo ready; read -r end";

  private Process keeper;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Requirement.need(User.isRoot(), "only root can make a network namespace");
    Requirement.need(ContainerEngine.isThere("ip"), "there is no ip");
    keeper =
        new ProcessBuilder("unshare", "--net", "sh", "-c", KEEP)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (keeper.inputReader().readLine() == null) {
      throw new IOException("no network namespace");
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (keeper != null) {
      keeper.getOutputStream().close();
      keeper.waitFor();
    }
  }

  /** Returns the path that container engines and nsenter take. */
  public String path() {
    return ProcFile.of(keeper.pid(), "ns/net").toString();
  }

  /** Returns the same command in this network. */
  public Command of(Command command) {
    return command.wrappedIn("nsenter", "--net=" + path());
  }
}
