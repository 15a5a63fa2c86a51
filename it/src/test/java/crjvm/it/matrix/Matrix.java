package crjvm.it.matrix;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * A parameterized test whose invocations show one capability in several places: JDKs, collectors,
 * kernels, servers. With {@code -Dcrjvm.it.half=1} or {@code 2}, a run takes half of them, like the
 * black or the white squares of a chessboard. {@code .ci/run} sets it. Tests of the {@code core}
 * tier always run as a whole, and so does everything without this property.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Matrix.Half.class)
public @interface Matrix {
  /**
   * A shift of 0 or 1: with 1, the second of two matrices that belong together takes the other
   * half.
   */
  int shift() default 0;

  /** The condition that decides about each invocation. */
  final class Half implements ExecutionCondition {
    private static final String NAME = "crjvm.it.half";
    private static final Pattern INVOCATION =
        Pattern.compile("\\[test-template-invocation:#(\\d+)]$");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Matcher invocation = INVOCATION.matcher(context.getUniqueId());
      if (!isHalved() || context.getTags().contains("core") || !invocation.find()) {
        return ConditionEvaluationResult.enabled("the whole matrix runs");
      }
      Method method = context.getRequiredTestMethod();
      int index = Integer.parseInt(invocation.group(1)) - 1;
      // The order is 0 1 1 0 0 1 1 0 …, like the squares of a board, where a matrix has rows of two
      // or four.
      int field = index + index / 2;
      // Not every test of a run takes the same JDK.
      int shift = shift(method) + method.getName().hashCode();
      int half = Math.floorMod(field + shift, 2) + 1;
      return half == Integer.getInteger(NAME)
          ? ConditionEvaluationResult.enabled("it is the turn of this half")
          : ConditionEvaluationResult.disabled("the other half of the matrix has its turn");
    }

    private static int shift(Method method) {
      return AnnotationSupport.findAnnotation(method, Matrix.class).orElseThrow().shift();
    }

    private static boolean isHalved() {
      return Integer.getInteger(NAME) != null;
    }

    /** Returns whether this run takes only a part of a class. */
    static boolean leavesOut(Class<?> type) {
      return isHalved()
          && !ReflectionSupport.findMethods(
                  type,
                  method -> AnnotationSupport.isAnnotated(method, Matrix.class),
                  HierarchyTraversalMode.TOP_DOWN)
              .isEmpty();
    }
  }
}
