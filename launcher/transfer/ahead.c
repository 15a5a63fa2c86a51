/* Checks memory while the rest of an image is still on its way: the processors have little to do as long as the network is slower than they
 * are, and the start waits for the last check. A piece is checked when all blocks in it are written, after which nothing writes to it
 * again. What is not checked here, or is wrong, is left to the check of the whole image. */
#include "ahead.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digests.h"
#include "give_up.h"

struct piece_task {
  struct task task; /* the first member */
  struct ahead *ahead;
  int memory;
  uint32_t left; /* blocks that are not written yet */
  uint64_t offset, length;
  uint8_t expected[DIGEST];
};

static const char *check_piece(struct task *task, struct scratch *scratch) {
  struct piece_task *piece = (struct piece_task *)task;
  uint8_t digest[DIGEST];
  uint64_t done = 0;
  if (!make_room(scratch, (size_t)piece->length)) return NULL;
  for (ssize_t got = 1; got > 0 && done < piece->length; done += got > 0 ? (uint64_t)got : 0)
    got = pread(piece->memory, scratch->bytes + done, (size_t)(piece->length - done), (off_t)(piece->offset + done));
  piece->ahead->checked[piece - piece->ahead->pieces] =
      done == piece->length && EVP_Digest(scratch->bytes, (size_t)done, digest, NULL, EVP_sha256(), NULL) == 1 &&
      !memcmp(digest, piece->expected, DIGEST);
  return NULL;
}

/* Layers of a delta's base are of another image's memory. */
static bool is_memory(const struct layer *layer) { return layer->kind != LAYER_BASE && !strcmp(layer->file, MEMORY_FILE); }

void start_checks(struct ahead *ahead, const struct artifact *artifact, int folder, const struct manifest *manifest, int memory) {
  const struct manifest_file *file = find_file(manifest, MEMORY_FILE);
  struct content digests = read_digests(folder, manifest);
  ahead->count = (size_t)count_blocks(file->size);
  if (digests.length / DIGEST_LINE != ahead->count) give_up("the digests of the memory are wrong");
  ahead->pieces = calloc(ahead->count + 1, sizeof *ahead->pieces);
  ahead->checked = calloc(ahead->count + 1, sizeof *ahead->checked);
  if (!ahead->pieces || !ahead->checked) give_up("out of memory");
  for (size_t i = 0; i < ahead->count; i++) {
    uint64_t offset = (uint64_t)i * BLOCK, rest = file->size - offset;
    ahead->pieces[i] = (struct piece_task){
        .task = {.work = check_piece}, .ahead = ahead, .memory = memory, .offset = offset, .length = rest < BLOCK ? rest : BLOCK};
    if (!parse_digest(digests.bytes + i * DIGEST_LINE, ahead->pieces[i].expected)) give_up("the digests of the memory are wrong");
  }
  free(digests.bytes);
  for (size_t i = 0; i < artifact->count; i++)
    for (size_t j = 0; is_memory(&artifact->layers[i]) && j < artifact->layers[i].count; j++) {
      const struct block *block = &artifact->layers[i].blocks[j];
      if (block->offset + block->length > file->size) give_up("a layer lies outside of its file");
      for (uint64_t at = block->offset / BLOCK; at <= (block->offset + block->length - 1) / BLOCK; at++) ahead->pieces[at].left++;
    }
}

void note_layer(struct ahead *ahead, const struct layer *layer) {
  if (!ahead->count || !is_memory(layer)) return;
  for (size_t i = 0; i < layer->count; i++)
    for (uint64_t at = layer->blocks[i].offset / BLOCK; at <= (layer->blocks[i].offset + layer->blocks[i].length - 1) / BLOCK;
         at++) {
      if (--ahead->pieces[at].left) continue;
      ahead->pending++;
      work_later(&ahead->pieces[at].task);
    }
}

bool take_check(struct ahead *ahead, const struct task *task) {
  if (task->work != check_piece) return false;
  ahead->pending--;
  return true;
}

void await_checks(struct ahead *ahead) {
  while (ahead->pending) take_check(ahead, await_done());
}
