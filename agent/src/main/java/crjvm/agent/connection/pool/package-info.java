/** Pools that keep connections open for later use: one file for each library. */
package crjvm.agent.connection.pool;
