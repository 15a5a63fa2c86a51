/** A server that keeps its rows in SQLite. */
package crjvm.servers.sqlite;
