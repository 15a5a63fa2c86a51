package crjvm.it.matrix;

import crjvm.it.bench.Jdk;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test with one parameter, a {@link Jdk}: it runs on every JDK of the machine. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Matrix
@ParameterizedTest(name = "{0}")
@MethodSource("crjvm.it.bench.Jdk#all")
public @interface OnEachJdk {}
