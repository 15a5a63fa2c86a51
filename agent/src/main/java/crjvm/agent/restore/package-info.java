/** What a restored process has to learn, one step a file. */
package crjvm.agent.restore;
