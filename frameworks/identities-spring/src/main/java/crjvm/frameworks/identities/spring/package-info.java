/** A Spring Boot application that logs with Log4j. */
package crjvm.frameworks.identities.spring;
