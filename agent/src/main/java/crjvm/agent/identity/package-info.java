/** Values of an application that must be unique to a process, but that copies would share. */
package crjvm.agent.identity;
