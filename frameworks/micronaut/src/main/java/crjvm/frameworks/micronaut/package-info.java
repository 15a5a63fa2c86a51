/** A small application as users of Micronaut write it. */
package crjvm.frameworks.micronaut;
