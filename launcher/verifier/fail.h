/* Ends the program after a failure, with a status that names its kind. */
#ifndef CRJVM_FAIL_H
#define CRJVM_FAIL_H

enum {
  STATUS_DAMAGED = 1,   /* somebody trusted has signed the manifest, but the rest of the image does not match it */
  STATUS_UNTRUSTED = 2, /* nothing of the image may be used */
  STATUS_USAGE = 125
};

/* Writes the cause to standard output, for the launcher's message. */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes a text that the launcher reads from standard output. A dot follows, because $() would remove newlines at the end of a
 * path. */
void say(const char *text);

#endif
