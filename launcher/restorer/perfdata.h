/* The files by which the JDK's tools find a JVM: /tmp/hsperfdata_USER/PID, /tmp/.java_pidPID. */
#ifndef CRJVM_PERFDATA_H
#define CRJVM_PERFDATA_H

/* An empty file of this name under the own PID, or -1: it can't be made safely; the JVM does without it then, too. */
int make_perfdata(void);

/* Its path; NULL: there is none. */
const char *made_perfdata(void);

/* What a killed JVM that had this id has left for jcmd and jstack. */
void remove_attach_socket(void);

#endif
