package crjvm.micronaut;

import io.micronaut.aop.Introduced;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.BeanRegistration;
import io.micronaut.context.annotation.ConfigurationReader;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The application's own {@code @ConfigurationProperties} with setters, which Micronaut sets again
 * in a refresh, and interfaces, which always have the present values. Those with constructors can't
 * change, and Micronaut has already used its own.
 */
final class ConfigurationBeans implements Follower {
  private static final String MICRONAUT = "io.micronaut.";

  private final List<String> prefixes;

  ConfigurationBeans(ApplicationContext context) {
    Collection<BeanRegistration<?>> beans =
        context.getActiveBeanRegistrations(Qualifiers.byStereotype(ConfigurationReader.class));
    List<? extends BeanDefinition<?>> definitions =
        beans.stream().map(BeanRegistration::getBeanDefinition).toList();
    List<String> others =
        definitions.stream().filter(each -> !follows(each)).flatMap(this::prefixes).toList();
    prefixes =
        definitions.stream()
            .filter(ConfigurationBeans::follows)
            .flatMap(this::prefixes)
            .distinct()
            .filter(prefix -> others.stream().noneMatch(other -> covers(prefix, other)))
            .toList();
  }

  private static boolean follows(BeanDefinition<?> bean) {
    Argument<?>[] arguments = bean.getConstructor().getArguments();
    boolean isInterface = Introduced.class.isAssignableFrom(bean.getBeanType());
    return !bean.getBeanType().getName().startsWith(MICRONAUT)
        && (arguments.length == 0 || isInterface);
  }

  private Stream<String> prefixes(BeanDefinition<?> bean) {
    return bean.stringValue(ConfigurationReader.class, "prefix").stream();
  }

  /** Returns whether a property below one prefix is also read by a bean that does not follow. */
  private static boolean covers(String prefix, String other) {
    return prefix.equals(other)
        || SettingNames.isBelow(prefix, other)
        || SettingNames.isBelow(other, prefix);
  }

  @Override
  public List<String> settings() {
    return prefixes.stream().flatMap(prefix -> SettingNames.below(prefix).stream()).toList();
  }

  @Override
  public boolean takes(String property) {
    return prefixes.stream().anyMatch(prefix -> SettingNames.isBelow(property, prefix));
  }

  /** Does nothing: Micronaut's refresh has set them. */
  @Override
  public void apply() {}
}
