/** The settings of the application, and the record of those that it has read. */
package crjvm.agent.setting;
