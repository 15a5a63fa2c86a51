package crjvm.frameworks.identities.spring;

import crjvm.frameworks.identities.IdentitiesApplication;
import java.lang.ref.Reference;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

/** Writes a log line for each request. Arguments after the port are Spring's. */
public final class SpringSource {
  private SpringSource() {}

  public static void main(String[] args) throws Exception {
    SpringApplication application = new SpringApplication(SpringSource.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(args);
    Registered registered = Boolean.getBoolean("registered") ? Registered.make() : null;
    Logger logger = LoggerFactory.getLogger(SpringSource.class);
    IdentitiesApplication.serve(
        args,
        Map.of(
            "log",
            () -> {
              logger.info("asked");
              Reference.reachabilityFence(registered);
              return "logged";
            }));
  }
}
