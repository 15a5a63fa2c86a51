/* The pipe on which the JVM waits for the outcome. Bytes reach only the original process: a restored one finds its request instead. */
#ifndef CRJVM_REPORT_H
#define CRJVM_REPORT_H

#include "target.h"

/* Opens the target's own descriptor for writing; -1: why says what is wrong. */
int open_report(const struct target *target, int descriptor, struct reason *why);

void report_success(int report);
void report_failure(int report, const struct reason *why);

#endif
