package crjvm.frameworks.settings;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Returns the settings that are in effect. */
@RestController
public class SettingsController {
  private final ShopProperties shop;
  private final FixedProperties fixed;
  private final DataSource dataSource;
  private final Environment environment;
  private final String motto;

  SettingsController(
      ShopProperties shop,
      FixedProperties fixed,
      DataSource dataSource,
      Environment environment,
      @Value("${motto}") String motto) {
    this.shop = shop;
    this.fixed = fixed;
    this.dataSource = dataSource;
    this.environment = environment;
    this.motto = motto;
  }

  @GetMapping("/settings")
  String settings() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return String.join(
          " ",
          "shop=" + shop.getName() + "/" + shop.getMostItems(),
          "fixed=" + fixed.colour(),
          "motto=" + motto,
          "database=" + connection.getMetaData().getURL(),
          "debug=" + LoggerFactory.getLogger("crjvm.frameworks").isDebugEnabled(),
          "profiles=" + String.join(",", environment.getActiveProfiles()),
          "port=" + environment.getProperty("local.server.port"));
    }
  }
}
