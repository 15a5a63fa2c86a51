/** Notices that the application has reached its warm point: one class for each kind of them. */
package crjvm.agent.trigger;
