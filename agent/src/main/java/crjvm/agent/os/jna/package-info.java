/**
 * The C library, the kernel and JVMTI, which are called through JNA, and JNA's own way into the
 * JVM.
 */
package crjvm.agent.os.jna;
