/** A client of ZooKeeper. */
package crjvm.servers.zookeeper;
