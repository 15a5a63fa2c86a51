package crjvm.frameworks.settings;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The usual main class. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SettingsApplication {
  public static void main(String[] args) {
    SpringApplication.run(SettingsApplication.class, args);
  }
}
