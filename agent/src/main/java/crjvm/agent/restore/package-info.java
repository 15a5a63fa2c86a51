/** The steps of a restored process, one in each file. */
package crjvm.agent.restore;
