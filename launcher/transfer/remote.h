/* A place in a registry: how it is reached, and what it answers. */
#ifndef CRJVM_REMOTE_H
#define CRJVM_REMOTE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "http.h"
#include "place.h"

struct remote {
  struct place place;
  const char *actions; /* "pull", or "pull,push" */
  bool may_be_plain;   /* the user allows it without TLS */
  bool plain;
  char *base; /* the address of the name */
  char *login;
  char *realm, *service;      /* of the server that gives tokens; NULL: none does */
  struct curl_slist *headers; /* with the credentials */
  time_t renewal;             /* of the token */
  double delay;               /* the shortest time in which the registry has answered, in seconds */
};

/* Finds out how the registry is reached, and which access it gives. */
void open_remote(struct remote *remote);

/* Returns a request for a path below the name, with the credentials. They are not sent to another host to which the registry
 * redirects. */
CURL *request_part(struct remote *remote, const char *path);

/* Returns a request for an address on the same host, with the credentials and one more header, which may be NULL. */
CURL *request_address(struct remote *remote, const char *address, const char *header);

/* Sends a request. If the registry asks for a login or a token, sends it again with that. make returns a request for the argument. */
struct answer ask_with_access(struct remote *remote, CURL *(*make)(struct remote *remote, const char *argument),
                              const char *argument, CURL **request);

/* Returns a manifest or an index. Gives up if there is none, unless it may be missing: then its bytes are NULL. */
struct body read_part(struct remote *remote, const char *reference, bool may_be_missing);

/* Returns how many requests fill the link: one more for each millisecond of its delay. The number of processors does not matter. */
size_t count_requests(const struct remote *remote);

/* Returns whether a failure may pass, so that it is worth another attempt. */
bool is_passing(CURLcode result, long status, int attempts);

#endif
