/**
 * Hooks for what only one process should have: its process id, and the identities that libraries
 * make.
 */
package crjvm.agent.hook.identity;
