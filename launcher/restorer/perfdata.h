/* Makes and removes the files by which the JDK's tools find a JVM: /tmp/hsperfdata_USER/PID, /tmp/.java_pidPID. */
#ifndef CRJVM_PERFDATA_H
#define CRJVM_PERFDATA_H

/* Makes an empty file named after the PID, or returns -1 if it can't be made safely. A normal JVM also runs without it then. */
int make_perfdata(void);

/* Returns the path of that file, or NULL if there is none. */
const char *made_perfdata(void);

/* Removes the file that a killed JVM with this id has left for jcmd and jstack. */
void remove_attach_socket(void);

#endif
