/** The parts of the JDK and of HotSpot that have no public interface. */
package crjvm.agent.os.jdk;
