/** The Maven plugin: what a build says in its POM, done by crjvm's own commands. */
package crjvm.maven;
