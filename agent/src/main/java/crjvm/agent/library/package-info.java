/**
 * Access to the application's libraries by the names of their classes. The agent is not compiled
 * against them.
 */
package crjvm.agent.library;
