package crjvm.quarkus;

/** Which parts of Quarkus the application has. */
final class Classes {
  private Classes() {}

  static boolean hasServer() {
    return isPresent("io.quarkus.vertx.http.runtime.VertxHttpRecorder");
  }

  static boolean hasDataSources() {
    return isPresent("io.quarkus.agroal.runtime.AgroalDataSourceUtil")
        && isPresent("io.agroal.pool.DataSource");
  }

  private static boolean isPresent(String name) {
    try {
      Class.forName(name, false, Classes.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
