/** The files that the process has used, and the checks whether they are unchanged. */
package crjvm.agent.file;
