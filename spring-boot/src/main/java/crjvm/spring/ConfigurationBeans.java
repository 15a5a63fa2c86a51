package crjvm.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationPropertiesBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindingPostProcessor;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Binds the application's own {@code @ConfigurationProperties} with setters again. Those with
 * constructors can't change, and Spring has already used its own.
 */
final class ConfigurationBeans implements Follower {
  private static final String SPRING = "org.springframework.";

  private final ConfigurableApplicationContext context;
  private final Map<String, ConfigurationPropertiesBean> beans = new TreeMap<>();
  private final List<String> others = new ArrayList<>();

  ConfigurationBeans(ConfigurableApplicationContext context) {
    this.context = context;
    ConfigurationPropertiesBean.getAll(context)
        .forEach(
            (name, bean) -> {
              if (isOfApplication(bean)) {
                beans.put(name, bean);
              } else {
                others.add(prefix(bean));
              }
            });
  }

  private static boolean isOfApplication(ConfigurationPropertiesBean bean) {
    return !bean.getInstance().getClass().getName().startsWith(SPRING)
        && bean.asBindTarget().getBindMethod() != BindMethod.VALUE_OBJECT
        && !prefix(bean).isEmpty();
  }

  private static String prefix(ConfigurationPropertiesBean bean) {
    return bean.getAnnotation().prefix();
  }

  private List<String> prefixes() {
    return beans.values().stream()
        .map(ConfigurationBeans::prefix)
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
        (name, bean) -> binding.postProcessBeforeInitialization(bean.getInstance(), name));
  }
}
