/** An application that third-party agents observe. */
package crjvm.frameworks.agents;
