/** A small application as users of Vert.x write them. */
package crjvm.frameworks.vertx;
