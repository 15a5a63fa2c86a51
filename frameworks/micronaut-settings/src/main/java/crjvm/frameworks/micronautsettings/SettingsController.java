package crjvm.frameworks.micronautsettings;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/** Returns the settings that are in effect. */
@Controller
class SettingsController {
  private final ShopProperties shop;
  private final FixedProperties fixed;
  private final SeasonProperties season;
  private final DataSource dataSource;
  private final String motto;

  SettingsController(
      ShopProperties shop,
      FixedProperties fixed,
      SeasonProperties season,
      DataSource dataSource,
      @Value("${motto}") String motto) {
    this.shop = shop;
    this.fixed = fixed;
    this.season = season;
    this.dataSource = dataSource;
    this.motto = motto;
  }

  @Get("/settings")
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String settings() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return String.join(
          " ",
          "shop=" + shop.getName() + "/" + shop.getMostItems(),
          "fixed=" + fixed.colour(),
          "season=" + season.getName(),
          "motto=" + motto,
          "database=" + connection.getMetaData().getURL(),
          "debug=" + LoggerFactory.getLogger("crjvm.frameworks").isDebugEnabled());
    }
  }
}
