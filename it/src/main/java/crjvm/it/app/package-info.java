/**
 * The application under test. It takes commands by HTTP that show whether a restored JVM is whole.
 */
package crjvm.it.app;
