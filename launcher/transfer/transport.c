/* Finds out whether a registry has TLS, in the way of class Transport. */
#include "transport.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "http.h"
#include "text.h"

/* The types of the records with which an answer begins. */
enum { ALERT = 21, HANDSHAKE = 22 };

enum { WAIT_MILLIS = 5000 };

/* A ClientHello of TLS 1.2 without extensions, from which no connection results. */
static const unsigned char HELLO[] = {
    HANDSHAKE, 3,  1,  0,  47, 1,  0,  0,  43, 3,  3, /* the headers; then 32 bytes that other clients choose at random */
    0,         1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,   15,   16, 17,   18, 19, 20,
    21,        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0,  0,  4,  0xc0, 0x2f, 0,  0xff, 1,  0};

/* Returns whether the connection answers in TLS. A registry that does not answer in time counts as one with TLS. */
static bool answers_tls(CURL *connection) {
  unsigned char type = 0;
  size_t count;
  curl_socket_t descriptor;
  if (curl_easy_send(connection, HELLO, sizeof HELLO, &count) || count != sizeof HELLO) return false;
  if (curl_easy_getinfo(connection, CURLINFO_ACTIVESOCKET, &descriptor)) return false;
  struct pollfd wait = {.fd = descriptor, .events = POLLIN};
  if (poll(&wait, 1, WAIT_MILLIS) == 0) return true;
  return !curl_easy_recv(connection, &type, 1, &count) && count == 1 && (type == ALERT || type == HANDSHAKE);
}

bool speaks_tls(const char *host) {
  const char *end = strrchr(host, ']'), *port = strchr(end ? end : host, ':');
  char *address = print_text("http://%s%s/", host, port ? "" : ":443");
  CURL *connection = new_request(address, true, NULL);
  curl_easy_setopt(connection, CURLOPT_CONNECT_ONLY, 1L);
  CURLcode result = curl_easy_perform(connection);
  if (result) give_up("\"%s\": %s", host, curl_easy_strerror(result));
  bool tls = answers_tls(connection);
  curl_easy_cleanup(connection);
  free(address);
  return tls;
}
