/**
 * The triggers, which notice that the application has reached its warm point. There is one class
 * for each kind of warm point.
 */
package crjvm.agent.trigger;
