/** The libraries that hold such values, with a file for each library. */
package crjvm.agent.identity.holder;
