package crjvm.it.matrix;

import crjvm.it.bench.Jdk;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test with one parameter, a {@link Jdk}: it runs on every JDK with long-term support, also on
 * one that {@code it/jdks/setup} has fetched. Three of four turns take one JDK each, and one turn
 * takes none. It is not for the {@code core} tier, whose tests are never divided.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Matrix(parts = 4)
@ParameterizedTest(name = "{0}")
@MethodSource("crjvm.it.bench.Jdk#longTerm")
public @interface OnEachLongTermJdk {}
