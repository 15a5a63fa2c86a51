/* Sends requests with libcurl, several at a time, over connections that are kept. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "text.h"

enum {
  CONNECTION_SECONDS = 10, /* after which the Java client tries for 30 */
  SLOW_SECONDS = 60,
  LEAST_RATE = 1 << 10, /* bytes per second; a registry that stays below it for so long is given up */
  REDIRECTIONS = 5,
  RECEIVE_BYTES = 512 << 10,
  WAIT_MILLIS = 1000,
  LEAST_ROOM = 4096
};

/* The first libcurl with everything that is used here: the names of the allowed protocols are the newest. */
enum { LEAST_VERSION = 0x075500 /* 7.85.0 */ };

static CURLM *requests;

bool http_works(void) {
  const curl_version_info_data *here = curl_version_info(CURLVERSION_FIRST);
  return here->version_num >= LEAST_VERSION && (here->features & CURL_VERSION_SSL);
}

void start_http(void) {
  if (!http_works() || curl_global_init(CURL_GLOBAL_DEFAULT) || !(requests = curl_multi_init())) give_up("libcurl does not work");
  curl_multi_setopt(requests, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

/* The environment's proxies are not used, because the Java client does not use them either. */
CURL *new_request(const char *address, bool plain, struct curl_slist *headers) {
  CURL *request = curl_easy_init();
  const char *authorities = getenv("SSL_CERT_FILE");
  if (!request) give_up("libcurl does not work");
  curl_easy_setopt(request, CURLOPT_URL, address);
  curl_easy_setopt(request, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(request, CURLOPT_USERAGENT, "crjvm");
  curl_easy_setopt(request, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request, CURLOPT_PROXY, "");
  curl_easy_setopt(request, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
  curl_easy_setopt(request, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
  curl_easy_setopt(request, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(request, CURLOPT_MAXREDIRS, (long)REDIRECTIONS);
  curl_easy_setopt(request, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(request, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(request, CURLOPT_CONNECTTIMEOUT, (long)CONNECTION_SECONDS);
  curl_easy_setopt(request, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_RATE);
  curl_easy_setopt(request, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
  curl_easy_setopt(request, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
  if (authorities && *authorities) curl_easy_setopt(request, CURLOPT_CAINFO, authorities);
  return request;
}

static size_t take_bytes(char *bytes, size_t one, size_t count, void *argument) {
  struct body *body = argument;
  size_t length = one * count;
  if (!body) return length;
  if (length > body->most - body->length) return 0;
  if (body->length + length >= body->room) {
    size_t room = body->room ? body->room : LEAST_ROOM;
    while (room <= body->length + length) room *= 2;
    char *more = realloc(body->bytes, room);
    if (!more) return 0;
    body->bytes = more;
    body->room = room;
  }
  memcpy(body->bytes + body->length, bytes, length);
  body->length += length;
  body->bytes[body->length] = 0;
  return length;
}

void receive(CURL *request, struct body *body) {
  curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(request, CURLOPT_WRITEDATA, body);
}

void begin_request(CURL *request, void *owner) {
  curl_easy_setopt(request, CURLOPT_PRIVATE, owner);
  if (curl_multi_add_handle(requests, request)) give_up("libcurl does not work");
}

struct ended next_ended(void) {
  int running, left;
  for (int pass = 0; pass < 2; pass++) {
    if (curl_multi_perform(requests, &running)) give_up("libcurl does not work");
    for (const CURLMsg *message; (message = curl_multi_info_read(requests, &left)) != NULL;) {
      if (message->msg != CURLMSG_DONE) continue;
      struct ended ended = {.request = message->easy_handle, .result = message->data.result};
      curl_multi_remove_handle(requests, ended.request);
      curl_easy_getinfo(ended.request, CURLINFO_PRIVATE, &ended.owner);
      curl_easy_getinfo(ended.request, CURLINFO_RESPONSE_CODE, &ended.status);
      return ended;
    }
    if (pass == 0) curl_multi_poll(requests, NULL, 0, WAIT_MILLIS, NULL);
  }
  return (struct ended){0};
}

void wake_http(void) { curl_multi_wakeup(requests); }

static struct answer send_request(CURL *request, size_t most, bool alone) {
  char error[CURL_ERROR_SIZE] = "";
  struct answer answer = {.body = {.most = most}};
  curl_off_t sent = 0, begun = 0;
  receive(request, &answer.body);
  curl_easy_setopt(request, CURLOPT_ERRORBUFFER, error);
  if (alone) {
    answer.result = curl_easy_perform(request);
  } else {
    struct ended ended;
    begin_request(request, NULL);
    do ended = next_ended();
    while (ended.request != request);
    answer.result = ended.result;
  }
  curl_easy_setopt(request, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_getinfo(request, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(request, CURLINFO_PRETRANSFER_TIME_T, &sent);
  curl_easy_getinfo(request, CURLINFO_STARTTRANSFER_TIME_T, &begun);
  answer.seconds = (double)(begun - sent) / 1e6;
  if (answer.result) answer.error = print_text("%s", *error ? error : curl_easy_strerror(answer.result));
  if (!answer.body.bytes) answer.body.bytes = print_text("%s", "");
  return answer;
}

struct answer ask(CURL *request, size_t most) { return send_request(request, most, false); }

struct answer ask_alone(CURL *request, size_t most) { return send_request(request, most, true); }
