/** A small application as users of Helidon write them. */
package crjvm.frameworks.helidon;
