/** The application's network connections. The agent closes idle ones and reports the others. */
package crjvm.agent.connection;
