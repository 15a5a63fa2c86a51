package crjvm.frameworks.identities.spring;

import crjvm.frameworks.identities.IdentitiesApplication;
import crjvm.frameworks.identities.Source;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.messaging.support.GenericMessage;

/**
 * Writes a log line for each request, or makes the id of a message. Arguments after the port are
 * Spring's.
 */
public final class SpringSource {
  private SpringSource() {}

  public static void main(String[] args) throws Exception {
    SpringApplication application = new SpringApplication(SpringSource.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(args);
    Logger logger = LoggerFactory.getLogger(SpringSource.class);
    Map<String, Source> sources = new TreeMap<>();
    sources.put(
        "log",
        () -> {
          logger.info("asked");
          return "logged";
        });
    sources.put("message", () -> new GenericMessage<>("").getHeaders().getId().toString());
    String registered = System.getProperty("registered");
    if (registered != null) {
      Registered.make(registered, args[1]).addTo(sources);
    }
    if (Boolean.getBoolean("meters")) {
      new Meters().addTo(sources);
    }
    if (Boolean.getBoolean("consul")) {
      new AtConsul(Integer.parseInt(args[1])).addTo(sources);
    }
    IdentitiesApplication.serve(args, sources);
  }
}
