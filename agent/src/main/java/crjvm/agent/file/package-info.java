/** Which files the process has used, and what of them has to be as it was. */
package crjvm.agent.file;
