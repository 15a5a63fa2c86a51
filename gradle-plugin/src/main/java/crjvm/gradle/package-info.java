/** The Gradle plugin: tasks around the commands of a distribution. */
package crjvm.gradle;
