/** The Maven plugin, which uses crjvm's own commands to do what a POM configures. */
package crjvm.maven;
