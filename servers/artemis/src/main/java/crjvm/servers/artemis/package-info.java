/** A client of Artemis. */
package crjvm.servers.artemis;
