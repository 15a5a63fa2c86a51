/* Checks what may have changed since the checkpoint. A copy that was parked checks it again. */
#ifndef CRJVM_CHECKS_H
#define CRJVM_CHECKS_H

/* Checks what this start wants of the image: ports, other places of files, settings. */
void check_start(void);

/* Checks the files of the image and of the application, and the limits of this process. */
void check_machine_state(void);

#endif
