/** No thread of the application runs between the restorer's end and the end of the restore work. */
package crjvm.agent.gate;
