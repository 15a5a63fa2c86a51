/** The JDKs that crjvm is meant for. */
package crjvm.it.jdk;
