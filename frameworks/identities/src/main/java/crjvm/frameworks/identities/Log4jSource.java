package crjvm.frameworks.identities;

import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.core.layout.Rfc5424Layout;
import org.apache.logging.log4j.core.net.Facility;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;
import org.apache.logging.log4j.message.SimpleMessage;

/** Lines of a log in Log4j's layouts, without the parts that depend on the event. */
final class Log4jSource {
  private final Layout<String> layout;

  private Log4jSource(Layout<String> layout) {
    this.layout = layout;
  }

  static Log4jSource ofPattern(String pattern) {
    return new Log4jSource(
        PatternLayout.newBuilder()
            .setConfiguration(new DefaultConfiguration())
            .setPattern(pattern)
            .setCharset(StandardCharsets.UTF_8)
            .build());
  }

  /** Returns the layout of syslog, which contains the process id. */
  static Log4jSource ofSyslog() {
    return new Log4jSource(
        new Rfc5424Layout.Rfc5424LayoutBuilder()
            .setConfig(new DefaultConfiguration())
            .setFacility(Facility.LOCAL0)
            .setAppName("copies")
            .build());
  }

  /** Returns the timestamps of a JSON template that chooses this zone; null: it chooses none. */
  static Log4jSource ofTemplate(String zone) {
    String chosen = zone == null ? "" : ",\"timeZone\":\"" + zone + "\"";
    return new Log4jSource(
        JsonTemplateLayout.newBuilder()
            .setConfiguration(new DefaultConfiguration())
            .setEventTemplate(
                "{\"at\":{\"$resolver\":\"timestamp\",\"pattern\":{\"format\":\"XXX\""
                    + chosen
                    + "}}}")
            .build());
  }

  String next() {
    return layout.toSerializable(
        Log4jLogEvent.newBuilder().setMessage(new SimpleMessage("")).build());
  }
}
