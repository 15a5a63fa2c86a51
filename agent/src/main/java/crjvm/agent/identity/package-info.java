/** What an application has that nobody else should have, and copies of it would. */
package crjvm.agent.identity;
