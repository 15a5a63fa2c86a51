/** What is known of the libraries that hold such values: one file for each library. */
package crjvm.agent.identity.holder;
