/* Fills the memory with the copies and the working set. Between begin_contents and end_working_set a second thread may be
 * running. It only touches memory. */
#ifndef CRJVM_CONTENTS_H
#define CRJVM_CONTENTS_H

void begin_contents(void);
void end_copies(void);
void end_working_set(void);

/* Maps the pages that the first requests read. */
void populate_reads(void);

#endif
