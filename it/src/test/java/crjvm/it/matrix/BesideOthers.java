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
 * Marks a class of tests that does its work in virtual machines, or that waits much of its time and
 * looks at its own processes only: three such classes run beside the others, which all run one
 * after the other, because they look at this machine's processes and files. Where its processes get
 * capabilities, in user namespaces of their own, it has the lock of {@link CapabilityWatch}, too.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = OwnLock.class) // its methods one after the other
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BesideOthers {}
