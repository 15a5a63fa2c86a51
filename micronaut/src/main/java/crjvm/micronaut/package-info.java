/** Lets a restored Micronaut application use the settings of its start. */
package crjvm.micronaut;
