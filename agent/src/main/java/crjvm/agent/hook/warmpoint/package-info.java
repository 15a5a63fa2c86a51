/** Hooks that notice the warm points which are a method of the application. */
package crjvm.agent.hook.warmpoint;
