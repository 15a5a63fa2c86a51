/* Sends requests with libcurl, several at a time, over connections that are kept. */
#ifndef CRJVM_HTTP_H
#define CRJVM_HTTP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* The content of an answer. */
struct body {
  char *bytes; /* a NUL byte follows them */
  size_t length, room;
  size_t most; /* more than this is a failure */
};

struct answer {
  CURLcode result;
  long status;
  char *error; /* libcurl's words, if the request failed */
  struct body body;
  double seconds; /* from the request to the first byte of the answer */
};

/* Says whether this machine's libcurl can do what the rest of this file needs. An older one would ignore which protocols are allowed. */
bool http_works(void);

void start_http(void);

/* Returns a request for an address, without credentials. plain allows an address without TLS. */
CURL *new_request(const char *address, bool plain, struct curl_slist *headers);

/* Lets a request fill the body. NULL: nobody needs it. */
void receive(CURL *request, struct body *body);

/* Sends one request and waits for its answer, when no other request is under way. */
struct answer ask(CURL *request, size_t most);

/* The same while others are under way, which wait meanwhile. */
struct answer ask_alone(CURL *request, size_t most);

/* A request that has ended. */
struct ended {
  CURL *request; /* NULL: none has */
  void *owner;
  CURLcode result;
  long status;
};

/* Begins a request. owner comes back with its end. */
void begin_request(CURL *request, void *owner);

/* Goes on with all requests, waits until something happens, and returns a request that has ended, if there is one. */
struct ended next_ended(void);

/* Ends a wait in next_ended. Every thread may call it. */
void wake_http(void);

#endif
