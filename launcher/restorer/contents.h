/* What is in the memory beforehand. Between begin and the end of the working set a thread more may be at work, which only touches
 * memory. */
#ifndef CRJVM_CONTENTS_H
#define CRJVM_CONTENTS_H

void begin_contents(void);
void end_copies(void);
void end_working_set(void);

#endif
