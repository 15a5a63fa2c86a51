/** A client of HSQLDB's server. */
package crjvm.servers.hsqldb;
