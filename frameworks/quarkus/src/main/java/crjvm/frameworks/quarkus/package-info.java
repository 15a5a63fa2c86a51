/** A small application as users of Quarkus write it. */
package crjvm.frameworks.quarkus;
