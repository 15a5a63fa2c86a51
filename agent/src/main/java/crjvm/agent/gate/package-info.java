/**
 * The gate, which keeps the application's threads from running between the restorer's end and the
 * end of the restore work.
 */
package crjvm.agent.gate;
