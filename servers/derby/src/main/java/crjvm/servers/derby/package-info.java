/** A client of Derby's network server. */
package crjvm.servers.derby;
