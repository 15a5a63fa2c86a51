/** An application of Tomcat, checkpointed and restored by FrameworksIT. */
package crjvm.frameworks.tomcat;
