package crjvm.frameworks.micronautsettings;

import io.micronaut.context.annotation.ConfigurationProperties;

/** Properties with setters. */
@ConfigurationProperties("shop")
public class ShopProperties {
  private String name = "none";
  private int mostItems;

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public int getMostItems() {
    return mostItems;
  }

  public void setMostItems(int mostItems) {
    this.mostItems = mostItems;
  }
}
