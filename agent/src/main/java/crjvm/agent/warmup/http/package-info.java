/** HTTP requests that leave nothing behind in this JVM, and their answers. */
package crjvm.agent.warmup.http;
