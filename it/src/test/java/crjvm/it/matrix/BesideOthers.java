package crjvm.it.matrix;

import crjvm.it.bench.CapabilityWatch;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Marks a class of tests that does its work in virtual machines, or that waits most of its time and
 * looks at its own processes only. Three such classes run beside the others. The others run one
 * after the other, because they look at the processes and files of this machine. A class whose
 * processes get capabilities, in user namespaces of their own, has the lock of {@link
 * CapabilityWatch}, too.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = OwnLock.class) // The methods of one class run one after the other.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BesideOthers {}
