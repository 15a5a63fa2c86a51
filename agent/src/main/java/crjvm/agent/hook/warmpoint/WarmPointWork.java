package crjvm.agent.hook.warmpoint;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.message.Console;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** The change to the class of the application whose method is the warm point. */
abstract class WarmPointWork implements AdviceTransformer.Work {
  private final String className;
  private final String methodName;
  private volatile boolean isDone;

  /**
   * @param methodName the method's name for messages
   */
  WarmPointWork(String className, String methodName) {
    this.className = className;
    this.methodName = methodName;
  }

  abstract ElementMatcher<MethodDescription> methods();

  abstract Class<?> advice();

  /** Returns whether the class is loaded and has the advice. */
  final boolean isDone() {
    return isDone;
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions() {
    isDone = true;
    return List.of(new AdviceTransformer.Insertion(methods(), methodName, Advice.to(advice())));
  }

  @Override
  public void giveUp(String why) {
    isDone = false;
    Console.say("the class \"" + className + "\" " + why + "; no checkpoint will be made there");
  }
}
