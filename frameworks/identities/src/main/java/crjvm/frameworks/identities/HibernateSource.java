package crjvm.frameworks.identities;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Rows whose key is from a sequence. Hibernate takes fifty numbers of it at once. */
final class HibernateSource {
  private static final String CONNECTIONS = "2";

  private final SessionFactory factory;

  HibernateSource(String url) {
    factory =
        new Configuration()
            .setProperty("hibernate.connection.url", url)
            .setProperty("hibernate.hikari.maximumPoolSize", CONNECTIONS)
            .setProperty("hibernate.hbm2ddl.auto", "update")
            .addAnnotatedClass(Row.class)
            .buildSessionFactory();
  }

  String next() {
    return factory
        .fromTransaction(
            session -> {
              Row row = new Row();
              session.persist(row);
              return row.id;
            })
        .toString();
  }

  /** A row. */
  @Entity
  @Table(name = "rows_of_copies")
  static class Row {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "rows")
    @SequenceGenerator(name = "rows", sequenceName = "rows_sequence")
    private Long id;
  }
}
