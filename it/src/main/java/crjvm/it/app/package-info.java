/** The application under test: commands by HTTP that show whether a restored JVM is whole. */
package crjvm.it.app;
