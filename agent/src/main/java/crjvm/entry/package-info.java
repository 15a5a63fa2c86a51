/**
 * The door: what the JVM calls, the class loader behind which everything else lies, and the way
 * back in.
 */
package crjvm.entry;
