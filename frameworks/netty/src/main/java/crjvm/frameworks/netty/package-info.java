/** An application of Netty, checkpointed and restored by FrameworksIT. */
package crjvm.frameworks.netty;
