/** Lets a restored Quarkus application use the settings of its start. */
package crjvm.quarkus;
