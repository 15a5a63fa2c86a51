/* Puts layers in a registry, several at a time. */
#include "upload.h"

#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "progress.h"
#include "text.h"

enum { OK = 200, CREATED = 201, ACCEPTED = 202, NOT_FOUND = 404 };
enum { MEMORY = 96 << 20, SEND_BYTES = 1 << 20, ANSWER_MOST = 1 << 20, WAITING_LAYERS = 8 };
enum stage { LOOK, ASK, SEND };

#define OCTETS "Content-Type: application/octet-stream"

struct traffic {
  size_t packing, requests, memory;
  struct task *ready; /* packed parcels that wait for their turn */
};

/* Gives a request a method and a content, which is not copied. */
static CURL *with_method(CURL *request, const char *method, const char *bytes, size_t length) {
  curl_easy_setopt(request, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(request, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
  curl_easy_setopt(request, CURLOPT_POSTFIELDS, bytes);
  curl_easy_setopt(request, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(request, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BYTES);
  return request;
}

static CURL *make_post(struct remote *remote, const char *path) {
  char *address = print_text("%s%s", remote->base, path);
  CURL *request = with_method(request_address(remote, address, OCTETS), "POST", "", 0);
  free(address);
  return request;
}

/* Returns where to upload. That has to be on the same host, because the credentials are sent there. */
static char *resolve(const struct remote *remote, CURL *request) {
  struct curl_header *header;
  CURLU *base = curl_url(), *target = curl_url();
  static const CURLUPart PARTS[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
  char *address;
  if (curl_easy_header(request, "Location", 0, CURLH_HEADER, -1, &header)) give_up("the registry does not say where to upload");
  if (!base || !target || curl_url_set(base, CURLUPART_URL, remote->base, 0) ||
      curl_url_set(target, CURLUPART_URL, remote->base, 0) || curl_url_set(target, CURLUPART_URL, header->value, 0) ||
      curl_url_get(target, CURLUPART_URL, &address, 0))
    give_up("the registry does not say where to upload");
  for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
    char *one, *other;
    if (curl_url_get(base, PARTS[i], &one, CURLU_DEFAULT_PORT) || curl_url_get(target, PARTS[i], &other, CURLU_DEFAULT_PORT) ||
        strcasecmp(one, other))
      give_up("the registry wants the upload elsewhere");
    curl_free(one);
    curl_free(other);
  }
  char *location = print_text("%s", address);
  curl_free(address);
  curl_url_cleanup(base);
  curl_url_cleanup(target);
  return location;
}

static CURL *make_put(struct remote *remote, const char *location, const char *digest, const char *bytes, size_t length) {
  char *address = print_text("%s%cdigest=%s", location, strchr(location, '?') ? '&' : '?', digest);
  CURL *request = request_address(remote, address, OCTETS);
  free(address);
  return with_method(request, "PUT", bytes, length);
}

void open_upload(struct upload *upload) {
  CURL *request;
  struct answer answer = ask_with_access(upload->remote, make_post, "/blobs/uploads/", &request);
  if (answer.status != ACCEPTED) give_up("the registry answered the request for an upload by status %ld", answer.status);
  upload->location = resolve(upload->remote, request);
  curl_easy_cleanup(request);
  free(answer.body.bytes);
}

void close_upload(struct upload *upload) {
  if (!upload->location) return;
  CURL *request = request_address(upload->remote, upload->location, NULL);
  curl_easy_setopt(request, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(request, CURLOPT_CUSTOMREQUEST, "DELETE");
  free(ask(request, ANSWER_MOST).body.bytes); /* a registry that refuses forgets the upload later */
  curl_easy_cleanup(request);
}

static void format_name(const struct parcel *parcel, char *name) {
  memcpy(name, "sha256:", sizeof "sha256:" - 1);
  format_digest(parcel->layer.digest, name + sizeof "sha256:" - 1);
}

static void begin(struct upload *upload, struct parcel *parcel) {
  char name[sizeof "sha256:" + 2ul * DIGEST];
  CURL *request;
  format_name(parcel, name);
  if (parcel->stage == LOOK) {
    char *path = print_text("/blobs/%s", name);
    request = request_part(upload->remote, path);
    free(path);
    curl_easy_setopt(request, CURLOPT_NOBODY, 1L);
  } else if (parcel->stage == ASK) {
    request = make_post(upload->remote, "/blobs/uploads/");
  } else {
    request = make_put(upload->remote, parcel->location, name, parcel->blob, parcel->layer.size);
  }
  receive(request, NULL);
  begin_request(request, parcel);
}

/* Returns whether the parcel is in the registry. */
static bool advance(struct upload *upload, struct parcel *parcel, CURL *request, long status) {
  if (parcel->stage == LOOK && status == NOT_FOUND) {
    parcel->stage = ASK;
    if (!upload->location) return false;
    parcel->location = upload->location;
    upload->location = NULL;
    parcel->stage = SEND;
  } else if (parcel->stage == ASK && status == ACCEPTED) {
    parcel->location = resolve(upload->remote, request);
    parcel->stage = SEND;
  } else if (parcel->stage == SEND && status == CREATED) {
    upload->transferred += parcel->layer.size;
    return true;
  } else if (parcel->stage == LOOK && status == OK) {
    return true;
  } else {
    give_up("the registry answered the upload of a layer by status %ld", status);
  }
  return false;
}

static void end(struct upload *upload, struct traffic *traffic, const struct ended *ended) {
  struct parcel *parcel = ended->owner;
  CURLcode result = ended->result;
  long status = ended->status;
  bool repeat = (result || status >= 400) && status != NOT_FOUND && is_passing(result, status, ++parcel->attempts),
       complete = false;
  if (result && !repeat) give_up("a layer was not sent: %s", curl_easy_strerror(result));
  if (repeat) {
    free(parcel->location);
    parcel->location = NULL;
    parcel->stage = LOOK; /* the upload may have come to its end */
  } else {
    complete = advance(upload, parcel, ended->request, status);
  }
  curl_easy_cleanup(ended->request);
  if (!complete) {
    begin(upload, parcel);
    return;
  }
  traffic->requests--;
  traffic->memory -= parcel->layer.size;
  free(parcel->blob);
  free(parcel->location);
  parcel->blob = parcel->location = NULL;
  upload->done += content_length(&parcel->layer);
  show_progress(upload->done, upload->total);
}

static void take_packed(struct traffic *traffic) {
  for (struct task *task; (task = next_done()) != NULL;) {
    if (task->fault) give_up("%s", task->fault);
    traffic->packing--;
    traffic->memory += ((struct parcel *)task)->layer.size;
    task->next = traffic->ready;
    traffic->ready = task;
  }
}

void upload_parcels(struct upload *upload, struct parcel *parcels, size_t count) {
  struct traffic traffic = {0};
  size_t most = count_requests(upload->remote), next = 0;
  while (next < count || traffic.packing || traffic.ready || traffic.requests) {
    for (; next < count && traffic.packing < WAITING_LAYERS && traffic.memory < MEMORY; traffic.packing++)
      work_later(&parcels[next++].task);
    for (; traffic.ready && traffic.requests < most; traffic.requests++) {
      struct parcel *parcel = (struct parcel *)traffic.ready;
      traffic.ready = traffic.ready->next;
      begin(upload, parcel);
    }
    struct ended ended = next_ended();
    if (ended.request) end(upload, &traffic, &ended);
    take_packed(&traffic);
  }
}

void upload_blob(struct upload *upload, const char *bytes, size_t length, const char *digest) {
  char *path = print_text("/blobs/%s", digest);
  CURL *request = request_part(upload->remote, path);
  curl_easy_setopt(request, CURLOPT_NOBODY, 1L);
  struct answer answer = ask(request, ANSWER_MOST);
  curl_easy_cleanup(request);
  free(path);
  if (!answer.result && answer.status == OK) return;
  if (!upload->location) open_upload(upload);
  request = make_put(upload->remote, upload->location, digest, bytes, length);
  answer = ask(request, ANSWER_MOST);
  if (answer.result || answer.status != CREATED) give_up("the registry answered an upload by status %ld", answer.status);
  curl_easy_cleanup(request);
  free(upload->location);
  upload->location = NULL;
}

void upload_manifest(struct upload *upload, const char *reference, const char *type, const char *text) {
  char *address = print_text("%s/manifests/%s", upload->remote->base, reference), *header = print_text("Content-Type: %s", type);
  CURL *request = with_method(request_address(upload->remote, address, header), "PUT", text, strlen(text));
  struct answer answer = ask(request, ANSWER_MOST);
  if (answer.result || answer.status != CREATED) give_up("the registry answered a manifest by status %ld", answer.status);
  curl_easy_cleanup(request);
  free(answer.body.bytes);
  free(address);
  free(header);
}
