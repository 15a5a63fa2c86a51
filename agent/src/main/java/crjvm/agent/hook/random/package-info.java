/** Hooks that track random number generators which have made their own seeds, and TLS sessions. */
package crjvm.agent.hook.random;
