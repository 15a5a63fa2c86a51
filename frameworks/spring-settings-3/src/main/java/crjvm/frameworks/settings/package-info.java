/** A Spring Boot application that returns its settings. */
package crjvm.frameworks.settings;
