/** A client of Kafka. */
package crjvm.servers.kafka;
