package crjvm.it.store;

import crjvm.it.matrix.BesideOthers;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Message brokers, and ZooKeeper. */
@BesideOthers
@Tag("server")
final class BrokersIT extends StoreTests {
  static List<StoreKind> kinds() {
    return chosen(StoreKind.ARTEMIS, StoreKind.KAFKA, StoreKind.ZOOKEEPER);
  }
}
