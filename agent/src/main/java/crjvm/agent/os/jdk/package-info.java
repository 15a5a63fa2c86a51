/** The JDK's and HotSpot's inside, as far as they have no public interface for it. */
package crjvm.agent.os.jdk;
