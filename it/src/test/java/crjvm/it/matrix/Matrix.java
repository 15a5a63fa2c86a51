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
 * kernels, frameworks, servers, tools. With {@code -Dcrjvm.it.turn=1} to {@code 4}, a run takes a
 * part of them: the same turn takes fields of all rows and columns, like the squares of one colour
 * on a chessboard. {@code .ci/run} sets it. Tests of the {@code core} tier always run as a whole,
 * and so does everything without this property.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Matrix.Part.class)
public @interface Matrix {
  /**
   * The number of parts of the matrix: 2 or 4. A matrix of many long invocations has 4, so each
   * turn takes a quarter of it. The first and the third turn take the same half of the others.
   */
  int parts() default 2;

  /** A shift from 0 to 3: the second of two matrices that belong together takes another part. */
  int shift() default 0;

  /** The condition that decides about each invocation. */
  final class Part implements ExecutionCondition {
    private static final String NAME = "crjvm.it.turn";
    private static final Pattern INVOCATION =
        Pattern.compile("\\[test-template-invocation:#(\\d+)]$");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Matcher invocation = INVOCATION.matcher(context.getUniqueId());
      if (!isDivided() || context.getTags().contains("core") || !invocation.find()) {
        return ConditionEvaluationResult.enabled("the whole matrix runs");
      }
      Method method = context.getRequiredTestMethod();
      Matrix matrix = AnnotationSupport.findAnnotation(method, Matrix.class).orElseThrow();
      int index = Integer.parseInt(invocation.group(1)) - 1;
      // Not every test of a run takes the same JDK.
      int shift = matrix.shift() + method.getName().hashCode();
      return isTaken(index, matrix.parts(), shift, Integer.getInteger(NAME))
          ? ConditionEvaluationResult.enabled("it is the turn of this part")
          : ConditionEvaluationResult.disabled("another part of the matrix has its turn");
    }

    /**
     * Returns whether a turn, from 1 on, takes the invocation with this index. The parts follow
     * each other as 0 1 1 0 0 1 1 0 …, like the squares of a board, where a matrix has rows of two
     * or four. With four parts they do so as 0 1 2 3 1 2 3 0 …
     */
    static boolean isTaken(int index, int parts, int shift, int turn) {
      return Math.floorMod(index + index / parts + shift - turn + 1, parts) == 0;
    }

    private static boolean isDivided() {
      return Integer.getInteger(NAME) != null;
    }

    /** Returns whether this run takes only a part of a class. */
    static boolean leavesOut(Class<?> type) {
      return isDivided()
          && !ReflectionSupport.findMethods(
                  type,
                  method -> AnnotationSupport.isAnnotated(method, Matrix.class),
                  HierarchyTraversalMode.TOP_DOWN)
              .isEmpty();
    }
  }
}
