/** A Spring Boot application as its users write them. */
package crjvm.frameworks.spring;
