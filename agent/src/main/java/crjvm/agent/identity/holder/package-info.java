/**
 * The libraries that hold values which must be unique to a process, with a file for each library.
 */
package crjvm.agent.identity.holder;
