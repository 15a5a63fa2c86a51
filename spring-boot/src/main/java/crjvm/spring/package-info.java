/** What makes a restored Spring Boot application go by the settings of its start. */
package crjvm.spring;
