package crjvm.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.CommonDataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationPropertiesBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindingPostProcessor;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;

/**
 * Binds the application's own {@code @ConfigurationProperties} with setters again if their values
 * differ. Those with constructors can't change, and Spring has already used its own. A data source
 * takes no settings once it has connected.
 */
final class ConfigurationBeans implements Follower {
  private static final String SPRING = "org.springframework.";

  private final ConfigurableApplicationContext context;
  private final Map<String, ConfigurationPropertiesBean> beans = new TreeMap<>();
  private final List<String> others = new ArrayList<>();
  private final Map<String, Map<String, String>> before = new TreeMap<>();

  ConfigurationBeans(ConfigurableApplicationContext context) {
    this.context = context;
    ConfigurationPropertiesBean.getAll(context)
        .forEach(
            (name, bean) -> {
              if (isOfApplication(bean) && !isMadeBySpring(name)) {
                beans.put(name, bean);
              } else {
                others.add(prefix(bean));
              }
            });
    prefixesOfBeans().forEach(prefix -> before.put(prefix, values(prefix)));
  }

  /**
   * Returns whether Spring has made the object, as it makes HikariCP's pools from their settings.
   */
  private boolean isMadeBySpring(String name) {
    ConfigurableListableBeanFactory factory = context.getBeanFactory();
    if (!factory.containsBeanDefinition(name)
        || !(factory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
      return false;
    }
    Method method = definition.getResolvedFactoryMethod();
    return method != null && method.getDeclaringClass().getName().startsWith(SPRING);
  }

  private static boolean isOfApplication(ConfigurationPropertiesBean bean) {
    return !bean.getInstance().getClass().getName().startsWith(SPRING)
        && !(bean.getInstance() instanceof CommonDataSource)
        && bean.asBindTarget().getBindMethod() != BindMethod.VALUE_OBJECT
        && !prefix(bean).isEmpty();
  }

  private static String prefix(ConfigurationPropertiesBean bean) {
    return bean.getAnnotation().prefix();
  }

  /** Returns the values below a prefix, wherever they come from. */
  private Map<String, String> values(String prefix) {
    return Binder.get(context.getEnvironment())
        .bind(prefix, Bindable.mapOf(String.class, String.class))
        .orElse(Map.of());
  }

  private Stream<String> prefixesOfBeans() {
    return beans.values().stream().map(ConfigurationBeans::prefix);
  }

  private List<String> prefixes() {
    return prefixesOfBeans()
        .filter(prefix -> others.stream().noneMatch(other -> covers(prefix, other)))
        .toList();
  }

  /** Returns whether a property below one prefix is also read by a bean that does not follow. */
  private static boolean covers(String prefix, String other) {
    return SettingNames.areSame(prefix, other)
        || SettingNames.isBelow(prefix, other)
        || SettingNames.isBelow(other, prefix);
  }

  @Override
  public List<String> settings() {
    return prefixes().stream().flatMap(prefix -> SettingNames.below(prefix).stream()).toList();
  }

  @Override
  public boolean takes(String property) {
    return prefixes().stream().anyMatch(prefix -> SettingNames.isBelow(property, prefix));
  }

  @Override
  public void apply() {
    ConfigurationPropertiesBindingPostProcessor binding =
        context.getBean(ConfigurationPropertiesBindingPostProcessor.class);
    beans.forEach(
        (name, bean) -> {
          if (!values(prefix(bean)).equals(before.get(prefix(bean)))) {
            bind(binding, name, bean);
          }
        });
  }

  /**
   * Binds one object again. If it refuses its values, a line says so, and the others still get
   * theirs.
   */
  private static void bind(
      ConfigurationPropertiesBindingPostProcessor binding,
      String name,
      ConfigurationPropertiesBean bean) {
    try {
      binding.postProcessBeforeInitialization(bean.getInstance(), name);
    } catch (ConfigurationPropertiesBindException e) {
      Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
      String reason = Objects.toString(cause.getMessage(), cause.getClass().getName());
      System.err.println(
          "crjvm: "
              + prefix(bean)
              + ".* differs from the checkpoint's, and the application does not take it again: "
              + reason.lines().findFirst().orElse(""));
    }
  }
}
