/** A server that keeps its documents in an index of Lucene. */
package crjvm.servers.lucene;
