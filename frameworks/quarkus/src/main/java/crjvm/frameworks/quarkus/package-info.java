/** A small application as users of Quarkus write them. */
package crjvm.frameworks.quarkus;
