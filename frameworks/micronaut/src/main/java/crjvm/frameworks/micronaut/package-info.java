/** A small application as users of Micronaut write them. */
package crjvm.frameworks.micronaut;
