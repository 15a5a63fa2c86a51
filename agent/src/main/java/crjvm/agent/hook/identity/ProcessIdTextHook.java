package crjvm.agent.hook.identity;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.message.Console;
import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook into the parts of Logback's and Log4j's layouts that keep text. A pattern with the process
 * id in it, such as Spring Boot's default one, is put together once, when logging is configured.
 * Every part reports its construction.
 */
public final class ProcessIdTextHook {
  private static final List<String> CLASSES =
      List.of(
          "ch.qos.logback.core.pattern.LiteralConverter",
          "org.apache.logging.log4j.core.layout.Rfc5424Layout",
          "org.apache.logging.log4j.core.pattern.LiteralPatternConverter",
          "org.apache.logging.log4j.core.pattern.ProcessIdPatternConverter",
          "org.apache.logging.log4j.core.pattern.SimpleLiteralPatternConverter$StringValue");

  private ProcessIdTextHook() {}

  public static void install(Instrumentation instrumentation) {
    Map<String, AdviceTransformer.Work> works = new HashMap<>();
    CLASSES.forEach(name -> works.put(name, new Making(name)));
    instrumentation.addTransformer(new AdviceTransformer(works));
  }

  /** The changes to one of these classes. Without them, logs have the wrong process id. */
  private record Making(String className) implements AdviceTransformer.Work {
    @Override
    public List<AdviceTransformer.Insertion> insertions() {
      return List.of(
          new AdviceTransformer.Insertion(
              ElementMatchers.<MethodDescription>isConstructor(),
              "a constructor",
              Advice.to(ProcessIdTextAdvice.class)));
    }

    @Override
    public void giveUp(String why) {
      Console.say(
          "copies will log the process id of the checkpoint: the class \""
              + className
              + "\" "
              + why);
    }
  }
}
