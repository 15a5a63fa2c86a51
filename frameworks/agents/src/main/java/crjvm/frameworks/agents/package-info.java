/** An application that agents of others watch. */
package crjvm.frameworks.agents;
