/** A Micronaut application that returns its settings. */
package crjvm.frameworks.micronautsettings;
