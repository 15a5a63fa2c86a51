/* Ends this process as another one did. */
#ifndef CRJVM_ENDING_H
#define CRJVM_ENDING_H

/* status is as wait4 gives it. The parent of this process sees the same status. */
_Noreturn void end_as(int status);

#endif
