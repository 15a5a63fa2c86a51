/**
 * The methods that the JVM calls, the class loader that contains all other code, and the calls back
 * into that code.
 */
package crjvm.door;
