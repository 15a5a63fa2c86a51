package crjvm.agent.restore;

/** The launcher's {@code -Dname=value} options. */
final class PropertiesStep implements RestoreStep {
  @Override
  public String name() {
    return "system properties";
  }

  @Override
  public void apply(RestoreRequest request) {
    for (String property : request.properties()) {
      int equals = property.indexOf('=');
      String name = equals < 0 ? property : property.substring(0, equals);
      if (!name.isEmpty()) {
        System.setProperty(name, equals < 0 ? "" : property.substring(equals + 1));
      }
    }
  }
}
