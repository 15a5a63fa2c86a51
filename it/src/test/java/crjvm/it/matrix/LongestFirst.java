package crjvm.it.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Begins with the classes that take longest, by the table of docs/testing.md, so that none of those
 * that run beside the others is left alone at the end. JUnit finds this class by
 * junit-platform.properties.
 */
public final class LongestFirst implements ClassOrderer {
  /** The place of a class that is not in the table, because it may be a long one. */
  private static final int UNKNOWN = Integer.MAX_VALUE;

  @Override
  public void orderClasses(ClassOrdererContext context) {
    Map<String, Integer> durations;
    try {
      durations = DurationTable.durations();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.getClassDescriptors().sort(Comparator.comparingInt(each -> -duration(durations, each)));
  }

  private static int duration(Map<String, Integer> durations, ClassDescriptor each) {
    return durations.getOrDefault(each.getTestClass().getSimpleName(), UNKNOWN);
  }
}
