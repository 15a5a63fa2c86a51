/** Spring Boot's own, where it logs by Log4j. */
package crjvm.frameworks.identities.spring;
