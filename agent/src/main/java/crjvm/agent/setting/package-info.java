/** What the application was configured with, and what it has read of that. */
package crjvm.agent.setting;
