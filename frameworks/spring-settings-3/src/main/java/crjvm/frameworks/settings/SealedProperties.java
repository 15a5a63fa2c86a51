package crjvm.frameworks.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties that can be set once, as the configuration of a pool. */
@ConfigurationProperties("sealed")
public class SealedProperties {
  private String colour;

  public String getColour() {
    return colour;
  }

  public void setColour(String colour) {
    if (this.colour != null) {
      throw new IllegalStateException("it is sealed");
    }
    this.colour = colour;
  }
}
