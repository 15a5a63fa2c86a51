/* The helper as a service: a process outside of the JVM's tree makes the dump, the helper that the agent starts only asks for it. */
#ifndef CRJVM_SERVICE_H
#define CRJVM_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "die.h"

#define SERVICE_VARIABLE "CRJVM_SERVICE" /* holds the service's contact */

enum { CONTACT_MAX = 64, WORDS_MAX = 16, REQUEST_MAX = 8192 };

struct service {
  int socket;
  /* The socket's name, which every user of the machine can look up, a dot, and a key that only the user can read. */
  char contact[CONTACT_MAX];
};

/* A socket in no folder: it ends with its last process. False: errno says why. */
bool open_service(struct service *service);

/* A request's words, with a name in front, as parse_arguments takes them; 0: it is none. */
int split_request(char *request, size_t length, char *words[WORDS_MAX + 1]);

/* Takes one request and answers it in a process of its own, which also makes the dump. */
void serve_request(const struct service *service);

/* The other side: has the arguments of a helper carried out by the service, and returns the helper's exit status. */
int ask_service(const char *contact, int argc, char *const argv[]);

#endif
