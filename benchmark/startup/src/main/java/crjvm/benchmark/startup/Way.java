package crjvm.benchmark.startup;

import java.io.IOException;
import java.util.List;

/** A variant of an application, ready to be started any number of times. */
abstract class Way {
  private final Place place;
  private final Application application;
  private final Variant variant;

  Way(Place place, Application application, Variant variant) {
    this.place = place;
    this.application = application;
    this.variant = variant;
  }

  /** Returns a way that runs a command as the user. */
  static Way of(Place place, Application application, Variant variant, List<String> command) {
    return new Way(place, application, variant) {
      @Override
      Child start() throws Failure, InterruptedException {
        return place.startAsUser(command, place.newLog(name()));
      }
    };
  }

  final Place place() {
    return place;
  }

  final Application application() {
    return application;
  }

  final Variant variant() {
    return variant;
  }

  final String name() {
    return application.name() + ", " + variant.title();
  }

  /** Prepares a start. This time does not count. */
  void prepare() throws Failure, InterruptedException, IOException {}

  /** Starts the application. The time begins here. */
  abstract Child start() throws Failure, InterruptedException;

  /** Ends what a start has needed besides, when its JVM has ended. */
  void finish() throws Failure, IOException {}

  /** Returns the JVM that a start has created, after it has answered. */
  Child jvm(Child started) throws Failure, InterruptedException {
    return started;
  }

  /** Returns whether a started process can't answer any more. */
  boolean hasFailed(Child started) throws Failure {
    return !started.isAlive();
  }
}
