package crjvm.frameworks.identities;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.postgresql.ds.PGSimpleDataSource;

/** Rows whose key is from a sequence. EclipseLink takes fifty numbers of it at once. */
final class EclipseLinkSource {
  private final EntityManagerFactory factory;

  EclipseLinkSource(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    factory =
        new PersistenceProvider()
            .createEntityManagerFactory(
                new PersistenceConfiguration("copies")
                    .managedClass(Item.class)
                    .property(PersistenceConfiguration.JDBC_DATASOURCE, source)
                    .property("jakarta.persistence.nonJtaDataSource", source)
                    .property("jakarta.persistence.transactionType", "RESOURCE_LOCAL")
                    .property(PersistenceConfiguration.SCHEMAGEN_DATABASE_ACTION, "create")
                    .property("eclipselink.weaving", "false")
                    .property("eclipselink.logging.level", "OFF"));
  }

  String next() {
    try (EntityManager manager = factory.createEntityManager()) {
      Item item = new Item();
      manager.getTransaction().begin();
      manager.persist(item);
      manager.getTransaction().commit();
      return item.id.toString();
    }
  }

  /** A row. */
  @Entity
  @Table(name = "items_of_copies")
  public static class Item {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "items")
    @SequenceGenerator(name = "items", sequenceName = "items_sequence")
    private Long id;
  }
}
