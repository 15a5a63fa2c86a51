/* Starts a program that sees only some of the processor's features. Programs ask this processor itself, so there is no such start. */
#ifndef CRJVM_START_LIMITED_H
#define CRJVM_START_LIMITED_H

#include "fallback.h"

static inline _Noreturn void start_limited(char **words, int count) {
  (void)words, (void)count;
  fail_usage("--limit-features is not for this machine: programs ask its processor themselves");
}

#endif
