/** Lets a restored Spring Boot application use the settings of its start. */
package crjvm.spring;
