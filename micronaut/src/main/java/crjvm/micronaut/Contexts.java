package crjvm.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Context;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** Collects the application's contexts: Micronaut makes one of these beans with each of them. */
@Context
final class Contexts {
  private static final Set<ApplicationContext> ALL =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  Contexts(ApplicationContext context) {
    ALL.add(context);
  }

  /** Returns the contexts that are not closed. */
  static List<ApplicationContext> running() {
    synchronized (ALL) {
      return ALL.stream().filter(ApplicationContext::isRunning).toList();
    }
  }
}
