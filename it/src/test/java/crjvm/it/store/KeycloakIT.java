package crjvm.it.store;

import crjvm.it.matrix.BesideOthers;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Keycloak in development mode, which has a database in a file. */
@BesideOthers
@Tag("server")
final class KeycloakIT extends StoreTests {
  static List<StoreKind> kinds() {
    return chosen(StoreKind.KEYCLOAK);
  }
}
