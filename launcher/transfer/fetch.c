/* Gets the blobs of layers, several at a time. */
#include "fetch.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "local.h"
#include "machine.h"
#include "progress.h"
#include "text.h"
#include "unpack.h"
#include "workers.h"

enum { OK = 200 };
enum { MEMORY = 96 << 20 };

/* Counts the layers that are requested or wait for a worker. */
struct traffic {
  size_t requests, jobs;
  size_t bytes;
  const char *fault; /* of the last layer that is not what it should be; NULL: none */
};

static void begin(struct fetch *fetch, struct job *job) {
  char digest[2 * DIGEST + 1];
  format_digest(job->layer->digest, digest);
  char *path = print_text("/blobs/sha256:%s", digest);
  CURL *request = request_part(fetch->remote, path);
  if (!job->body.bytes) {
    job->body.most = job->layer->size;
    job->body.room = job->body.most + 1;
    job->body.bytes = allocate(job->body.room);
  }
  job->body.length = 0;
  receive(request, &job->body);
  begin_request(request, job);
  free(path);
}

bool take_present(const struct image_file *file, struct layer *layer) {
  bool all = true;
  for (size_t i = 0; i < layer->count; i++) {
    struct block *block = &layer->blocks[i];
    block->present = (!file->fresh && has_block(file, block)) || copy_local_block(block, file->fd);
    all = all && block->present;
  }
  return all;
}

/* Hands the answer to a worker, or asks again if the connection was cut or the registry is busy. */
static void end(struct fetch *fetch, struct traffic *traffic, const struct ended *ended) {
  struct job *job = ended->owner;
  curl_easy_cleanup(ended->request);
  fetch->transferred += job->body.length;
  if (!ended->result && ended->status == OK) {
    traffic->requests--;
    work_later(&job->task);
  } else if (is_passing(ended->result, ended->status, ++job->attempts)) {
    begin(fetch, job);
  } else if (ended->result) {
    give_up("a layer did not arrive: %s", curl_easy_strerror(ended->result));
  } else {
    give_up("the registry answered the request for a layer by status %ld", ended->status);
  }
}

/* After a fault, the layers that are on their way are awaited, because the next pull goes on with them. */
static void finish(struct fetch *fetch, struct traffic *traffic, struct job *job) {
  traffic->jobs--;
  traffic->bytes -= job->layer->size;
  if (job->task.fault) {
    traffic->fault = job->task.fault;
    return;
  }
  fetch->done += content_length(job->layer);
  show_progress(fetch->done, fetch->total);
  note_layer(&fetch->ahead, job->layer);
  if (is_misfit()) give_up("no variant fits this machine");
  free(job);
}

void fetch_layers(struct fetch *fetch, struct layer **layers, const struct image_file *const *files, size_t count) {
  struct traffic traffic = {0};
  size_t most = count_requests(fetch->remote), next = 0;
  while ((next < count && !traffic.fault) || traffic.jobs) {
    while (next < count && !traffic.fault && traffic.requests < most &&
           (!traffic.bytes || traffic.bytes + layers[next]->size <= MEMORY)) {
      struct layer *layer = layers[next];
      const struct image_file *file = files[next++];
      if (take_present(file, layer)) {
        fetch->done += content_length(layer);
        show_progress(fetch->done, fetch->total);
        note_layer(&fetch->ahead, layer);
        continue;
      }
      struct job *job = allocate(sizeof *job);
      *job = (struct job){.task = {.work = unpack_layer}, .layer = layer, .file = file, .soon = fetch->soon};
      traffic.requests++;
      traffic.jobs++;
      traffic.bytes += layer->size;
      begin(fetch, job);
    }
    struct ended ended = {0};
    if (traffic.jobs) ended = next_ended();
    if (ended.request) end(fetch, &traffic, &ended);
    for (struct task *task; (task = next_done()) != NULL;)
      if (!take_check(&fetch->ahead, task)) finish(fetch, &traffic, (struct job *)task);
  }
  if (traffic.fault) give_up("%s", traffic.fault);
  await_checks(&fetch->ahead);
}

struct body fetch_blob(struct fetch *fetch, const struct layer *layer) {
  char name[2 * DIGEST + 1];
  uint8_t digest[DIGEST];
  struct answer answer;
  int attempts = 0;
  format_digest(layer->digest, name);
  char *path = print_text("/blobs/sha256:%s", name);
  do {
    CURL *request = request_part(fetch->remote, path);
    answer = ask(request, layer->size);
    curl_easy_cleanup(request);
    fetch->transferred += answer.body.length;
    if (!answer.result && answer.status == OK) break;
    free(answer.body.bytes);
    if (!is_passing(answer.result, answer.status, ++attempts)) give_up("a layer did not arrive: status %ld", answer.status);
  } while (true);
  free(path);
  if (answer.body.length != layer->size ||
      EVP_Digest(answer.body.bytes, answer.body.length, digest, NULL, EVP_sha256(), NULL) != 1 ||
      memcmp(digest, layer->digest, DIGEST))
    give_up("a layer has another digest");
  return answer.body;
}
