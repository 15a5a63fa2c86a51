/* A place in a registry: how it is reached, and what it answers. */
#include "remote.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "logins.h"
#include "text.h"
#include "transport.h"

enum { OK = 200, UNAUTHORIZED = 401, NOT_FOUND = 404, TOO_MANY_REQUESTS = 429, SERVER_FAULT = 500 };
enum { LEAST_REQUESTS = 4, MOST_REQUESTS = 48, ATTEMPTS = 4 };
enum { MANIFEST_MOST = 16 << 20, TOKEN_MOST = 1 << 20, USUAL_SECONDS = 60, MOST_SECONDS = 1 << 20 };

#define ACCEPT "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"

/* A registry on this machine, or one that the user allows, may have no TLS. One that has it is never asked without. */
static void find_transport(struct remote *remote) {
  const char *host = remote->place.host;
  remote->plain = (remote->may_be_plain || is_loopback(host)) && !speaks_tls(host);
  remote->base = print_text("%s://%s/v2/%s", remote->plain ? "http" : "https", host, remote->place.name);
}

/* The old headers stay, because requests that are under way use them. */
static void set_headers(struct remote *remote, const char *kind, const char *credentials) {
  remote->headers = curl_slist_append(NULL, ACCEPT);
  /* Without this header libcurl would ask before it sends a large content (Expect: 100-continue). */
  if (remote->headers) remote->headers = curl_slist_append(remote->headers, "Expect:");
  if (credentials) {
    char *header = print_text("Authorization: %s %s", kind, credentials);
    remote->headers = remote->headers ? curl_slist_append(remote->headers, header) : NULL;
    explicit_bzero(header, strlen(header));
    free(header);
  }
  if (!remote->headers) give_up("out of memory");
}

static void use_token(struct remote *remote, const char *text) {
  json_error_t error;
  json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  const json_t *token = json_object_get(answer, "token");
  if (!token) token = json_object_get(answer, "access_token");
  const char *value = json_string_value(token);
  const json_t *life = json_object_get(answer, "expires_in");
  json_int_t seconds = json_is_integer(life) ? json_integer_value(life) : USUAL_SECONDS;
  if (!value || !*value) give_up("the registry gave no token");
  for (const char *at = value; *at; at++)
    if (*at < '!' || *at > '~') give_up("the registry gave no token");
  set_headers(remote, "Bearer", value);
  /* The token is renewed long before it expires, because a request that is sent with it may take time. */
  remote->renewal = time(NULL) + (seconds < 0 ? 0 : seconds > MOST_SECONDS ? MOST_SECONDS : seconds) / 2;
  json_decref(answer);
}

static void fetch_token(struct remote *remote) {
  char *scope = print_text("repository:%s:%s", remote->place.name, remote->actions);
  char *service = curl_easy_escape(NULL, remote->service, 0), *escaped = curl_easy_escape(NULL, scope, 0);
  if (!service || !escaped) give_up("out of memory");
  const char *separator = strchr(remote->realm, '?') ? "&" : "?";
  char *address = print_text("%s%sservice=%s&scope=%s", remote->realm, separator, service, escaped);
  struct curl_slist *headers = NULL;
  if (remote->login) {
    char *header = print_text("Authorization: Basic %s", remote->login);
    headers = curl_slist_append(NULL, header);
    free(header);
  }
  CURL *request = new_request(address, remote->plain || remote->may_be_plain || is_loopback(remote->place.host), headers);
  struct answer answer = ask_alone(request, TOKEN_MOST);
  if (answer.result || answer.status != OK) give_up("the registry gave no token: status %ld", answer.status);
  use_token(remote, answer.body.bytes);
  explicit_bzero(answer.body.bytes, answer.body.length);
  free(answer.body.bytes);
  curl_easy_cleanup(request);
  curl_slist_free_all(headers);
  curl_free(service);
  curl_free(escaped);
  free(address);
  free(scope);
}

/* Returns the value of a parameter of a challenge, or NULL. */
static char *find_parameter(const char *challenge, const char *name) {
  size_t length = strlen(name);
  for (const char *at = challenge; (at = strchr(at, '=')) != NULL; at++) {
    if (at - challenge < (ptrdiff_t)length || strncmp(at - length, name, length) || at[1] != '"') continue;
    return strndup(at + 2, strcspn(at + 2, "\""));
  }
  return NULL;
}

/* Without TLS, everybody on the way to the server of tokens would see the password. */
static void check_realm(const struct remote *remote) {
  static const char PLAIN[] = "http://";
  const char *realm = remote->realm;
  if (begins_with(realm, "https://")) return;
  if (!begins_with(realm, PLAIN)) give_up("the registry asks for a token and does not say of whom");
  const char *host = realm + sizeof PLAIN - 1;
  char *name = strndup(host, strcspn(host, "/?#"));
  if (!name || strchr(name, '@') || (!remote->may_be_plain && !is_loopback(name)))
    give_up("the registry wants the login sent without TLS");
  free(name);
}

static void authenticate(struct remote *remote, CURL *request) {
  struct curl_header *header;
  remote->login = find_login(remote->place.host);
  for (size_t i = 0; !curl_easy_header(request, "WWW-Authenticate", i, CURLH_HEADER, -1, &header); i++) {
    if (strncasecmp(header->value, "Bearer ", 7)) continue;
    remote->realm = find_parameter(header->value, "realm");
    remote->service = find_parameter(header->value, "service");
    if (!remote->realm) give_up("the registry asks for a token and does not say of whom");
    if (!remote->service) remote->service = print_text("%s", remote->place.host);
    check_realm(remote);
    fetch_token(remote);
    return;
  }
  if (!remote->login) give_up("the registry wants a login");
  set_headers(remote, "Basic", remote->login);
}

void open_remote(struct remote *remote) {
  set_headers(remote, NULL, NULL);
  find_transport(remote);
}

/* The headers of a request stay until the program ends. */
CURL *request_address(struct remote *remote, const char *address, const char *header) {
  if (remote->realm && time(NULL) >= remote->renewal) fetch_token(remote);
  struct curl_slist *headers = remote->headers, *more = NULL;
  if (header) {
    for (; headers; headers = headers->next) more = curl_slist_append(more, headers->data);
    headers = curl_slist_append(more, header);
    if (!headers) give_up("out of memory");
  }
  return new_request(address, remote->plain, headers);
}

CURL *request_part(struct remote *remote, const char *path) {
  char *address = print_text("%s%s", remote->base, path);
  CURL *request = request_address(remote, address, NULL);
  free(address);
  return request;
}

struct answer ask_with_access(struct remote *remote, CURL *(*make)(struct remote *remote, const char *argument),
                              const char *argument, CURL **request) {
  *request = make(remote, argument);
  struct answer answer = ask(*request, MANIFEST_MOST);
  if (!answer.result && answer.status == UNAUTHORIZED && !remote->login && !remote->realm) {
    authenticate(remote, *request);
    free(answer.body.bytes);
    curl_easy_cleanup(*request);
    *request = make(remote, argument);
    answer = ask(*request, MANIFEST_MOST);
  }
  if (answer.result) give_up("%s", answer.error);
  if (remote->delay <= 0 || answer.seconds < remote->delay) remote->delay = answer.seconds;
  return answer;
}

struct body read_part(struct remote *remote, const char *reference, bool may_be_missing) {
  char *path = print_text("/manifests/%s", reference);
  CURL *request;
  struct answer answer = ask_with_access(remote, request_part, path, &request);
  bool missing = answer.status == NOT_FOUND && may_be_missing;
  if (answer.status != OK && !missing) give_up("the registry answered \"%s\" by status %ld", reference, answer.status);
  curl_easy_cleanup(request);
  free(path);
  if (missing) free(answer.body.bytes), answer.body = (struct body){0};
  return answer.body;
}

size_t count_requests(const struct remote *remote) {
  double millis = remote->delay * 1e3;
  return millis > MOST_REQUESTS - LEAST_REQUESTS ? MOST_REQUESTS : LEAST_REQUESTS + (size_t)millis;
}

bool is_passing(CURLcode result, long status, int attempts) {
  if (attempts >= ATTEMPTS) return false;
  if (result) return result != CURLE_WRITE_ERROR && result != CURLE_PEER_FAILED_VERIFICATION;
  return status == TOO_MANY_REQUESTS || status >= SERVER_FAULT;
}
