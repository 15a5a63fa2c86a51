/* Runs the helper as a service: a process outside of the JVM's tree makes the dump. The helper that the agent starts only asks
 * for it. */
#ifndef CRJVM_SERVICE_H
#define CRJVM_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "die.h"

#define SERVICE_VARIABLE "CRJVM_SERVICE" /* holds the service's contact */

enum { CONTACT_MAX = 64, WORDS_MAX = 16, DUMP_CALL_MAX = 8192 };

struct service {
  int socket;
  /* The socket's name, a dot and a key. Every user of the machine can find the name, but only the owner can read the key. */
  char contact[CONTACT_MAX];
};

/* Opens a socket that is in no folder and ends with its last process. Returns false with the cause in errno. */
bool open_service(struct service *service);

/* Cuts a dump call into words as parse_arguments takes them, with a name in front. Returns 0 if it is not a dump call. */
int split_dump_call(char *call, size_t length, char *words[WORDS_MAX + 1]);

/* Accepts one dump call and answers it in a process of its own, which also makes the dump. */
void serve_dump_call(const struct service *service);

/* Asks the service to carry out a helper's arguments. Returns the helper's exit status. */
int ask_service(const char *contact, int argc, char *const argv[]);

#endif
