/** A Quarkus application that returns its settings. */
package crjvm.frameworks.quarkussettings;
