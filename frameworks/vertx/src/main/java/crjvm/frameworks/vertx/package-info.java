/** A small application as users of Vert.x write it. */
package crjvm.frameworks.vertx;
