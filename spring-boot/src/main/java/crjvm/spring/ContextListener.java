package crjvm.spring;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Collects the application's contexts. Spring Boot finds this class in {@code
 * META-INF/spring.factories}.
 */
public final class ContextListener implements ApplicationListener<ApplicationPreparedEvent> {
  private static final Set<ConfigurableApplicationContext> CONTEXTS =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  @Override
  public void onApplicationEvent(ApplicationPreparedEvent event) {
    CONTEXTS.add(event.getApplicationContext());
  }

  /** Returns the contexts that are not closed. */
  static List<ConfigurableApplicationContext> contexts() {
    synchronized (CONTEXTS) {
      return CONTEXTS.stream().filter(ConfigurableApplicationContext::isActive).toList();
    }
  }
}
