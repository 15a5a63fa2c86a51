/** A Spring Boot application as users write it. */
package crjvm.frameworks.spring;
