/** A Spring Boot application that says what its settings are. */
package crjvm.frameworks.settings;
