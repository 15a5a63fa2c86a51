/** A small application as users of Helidon write it. */
package crjvm.frameworks.helidon;
