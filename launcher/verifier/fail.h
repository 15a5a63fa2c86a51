/* How the program ends when it does not end well. */
#ifndef CRJVM_FAIL_H
#define CRJVM_FAIL_H

enum {
  STATUS_DAMAGED = 1,   /* the manifest is what somebody trusted has signed, the rest of the image is not */
  STATUS_UNTRUSTED = 2, /* nothing of the image is to be used */
  STATUS_USAGE = 125
};

/* Why, for the launcher's line, goes to standard output. */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the launcher takes from standard output ends with a dot: $() would take newlines at the end of a path away. */
void say(const char *text);

#endif
