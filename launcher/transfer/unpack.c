/* Checks and unpacks layers. */
#include "unpack.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const char *unpack_block(struct scratch *scratch, const struct job *job, const struct block *block) {
  if (!make_room(scratch, block->length)) return "out of memory";
  size_t length =
      ZSTD_decompressDCtx(scratch->unpacking, scratch->bytes, block->length, job->body.bytes + block->at, block->size);
  if (length != block->length) return "a layer has another content than it says";
  if (!write_block(job->file->fd, block->offset, scratch->bytes, length)) return "the disk can't be written";
  /* The disk begins to write now, and not only when everything is there. */
  if (!job->soon) sync_file_range(job->file->fd, (off_t)block->offset, block->length, SYNC_FILE_RANGE_WRITE);
  return NULL;
}

/* The content of each block follows from the blob, whose digest is checked here. The digests of blocks are for contents that come from
 * elsewhere. In the end, every byte of the image is compared with the image's own digests. */
static const char *unpack(struct scratch *scratch, const struct job *job) {
  uint8_t digest[DIGEST];
  if (job->body.length != job->layer->size ||
      EVP_Digest(job->body.bytes, job->body.length, digest, NULL, EVP_sha256(), NULL) != 1 ||
      memcmp(digest, job->layer->digest, DIGEST))
    return "a layer has another digest";
  for (size_t i = 0; i < job->layer->count; i++) {
    const struct block *block = &job->layer->blocks[i];
    const char *fault = block->present ? NULL : unpack_block(scratch, job, block);
    if (fault) return fault;
  }
  return NULL;
}

const char *unpack_layer(struct task *task, struct scratch *scratch) {
  struct job *job = (struct job *)task;
  const char *fault = unpack(scratch, job);
  free(job->body.bytes);
  job->body.bytes = NULL;
  return fault;
}
