/** An application of Vert.x that asks for addresses of hosts. */
package crjvm.frameworks.identities.vertx;
