/* Handles the pipe on which the JVM waits for the outcome. Only the original process receives bytes: a restored one finds its
 * restore message instead. */
#ifndef CRJVM_REPORT_H
#define CRJVM_REPORT_H

#include "target.h"

/* Opens the target's own descriptor for writing. Returns -1 and describes the fault in why. */
int open_report(const struct target *target, int descriptor, struct reason *why);

void report_success(int report);
void report_failure(int report, const struct reason *why);

#endif
