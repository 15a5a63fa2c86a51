/** Values that each process should have for itself: how they are found and renewed. */
package crjvm.agent.identity.value;
