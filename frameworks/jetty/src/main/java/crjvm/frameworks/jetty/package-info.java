/** An application of Jetty, checkpointed and restored by FrameworksIT. */
package crjvm.frameworks.jetty;
