/** The application's network connections: closes the idle ones, and tells of the others. */
package crjvm.agent.connection;
