/** A client of H2's server. */
package crjvm.servers.h2;
