package crjvm.frameworks.quarkussettings;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Returns the settings that are in effect. */
@Path("/settings")
public class SettingsResource {
  private static final Logger LOG = Logger.getLogger("crjvm.frameworks");

  @Inject AgroalDataSource dataSource;

  @ConfigProperty(name = "motto")
  String motto;

  @ConfigProperty(name = "shop.name")
  Provider<String> shop;

  @GET
  @Produces(MediaType.TEXT_PLAIN)
  public String settings() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return String.join(
          " ",
          "shop=" + shop.get(),
          "motto=" + motto,
          "database=" + connection.getMetaData().getURL(),
          "debug=" + LOG.isDebugEnabled());
    }
  }
}
