package crjvm.agent.hook.identity;

import crjvm.agent.hook.ConstructionHook;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.Tracking;
import java.util.List;
import java.util.function.Consumer;

/**
 * A hook into the parts of Logback's and Log4j's layouts that keep text. A pattern with the process
 * id in it, such as Spring Boot's default one, is put together once, when logging is configured.
 * Every part reports its construction.
 */
public final class ProcessIdTextHook {
  private static final String HOLDER = "java/util/CrjvmProcessIdTexts";

  private static final List<String> CLASSES =
      List.of(
          "ch.qos.logback.core.pattern.LiteralConverter",
          "org.apache.logging.log4j.core.layout.Rfc5424Layout",
          "org.apache.logging.log4j.core.pattern.LiteralPatternConverter",
          "org.apache.logging.log4j.core.pattern.ProcessIdPatternConverter",
          "org.apache.logging.log4j.core.pattern.SimpleLiteralPatternConverter$StringValue");

  private ProcessIdTextHook() {}

  /**
   * Adds the hook. The JDK's packages have to be open.
   *
   * @param made receives every part, in the application's threads. It must throw no exception
   * @param failures receives the reason of a failure, now or later
   */
  public static void addTo(
      PointTransformer transformer, Consumer<Object> made, Consumer<String> failures) {
    new Tracking(HOLDER, List.of(new ConstructionHook(CLASSES)))
        .addTo(transformer, (part, itself) -> made.accept(part), failures);
  }
}
