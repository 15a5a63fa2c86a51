/** Clients of servers that store data in files. */
package crjvm.servers;
