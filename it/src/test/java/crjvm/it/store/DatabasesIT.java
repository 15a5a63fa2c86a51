package crjvm.it.store;

import crjvm.it.matrix.BesideOthers;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Databases and an index. */
@BesideOthers
@Tag("server")
final class DatabasesIT extends StoreTests {
  static List<StoreKind> kinds() {
    return chosen(
        StoreKind.DERBY, StoreKind.H2, StoreKind.HSQLDB, StoreKind.LUCENE, StoreKind.SQLITE);
  }
}
