/** Clients of servers that keep what they are told in files. */
package crjvm.servers;
