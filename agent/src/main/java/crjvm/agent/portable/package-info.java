/** A JVM whose code runs on other CPUs, too: the option {@code portable=}. */
package crjvm.agent.portable;
