/* Checks files while the rest of an image is still on its way: the processors have little to do as long as the network is slower than they
 * are, and the start waits for the last check. A piece is checked when all blocks in it are written, after which nothing writes to it
 * again. What is not checked here, or is wrong, is left to the check of the whole image. */
#include "ahead.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digests.h"
#include "give_up.h"

enum { CHUNK = 1 << 18 };

struct piece_task {
  struct task task; /* the first member */
  struct ahead *ahead;
  int fd;
  uint32_t left; /* blocks that are not written yet */
  uint64_t offset, length;
  uint8_t expected[DIGEST];
};

static bool hash(const struct piece_task *piece, EVP_MD_CTX *context, struct scratch *scratch, uint8_t *digest) {
  if (!context || !make_room(scratch, CHUNK) || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) return false;
  for (uint64_t done = 0; done < piece->length;) {
    uint64_t rest = piece->length - done;
    ssize_t got = pread(piece->fd, scratch->bytes, rest < CHUNK ? rest : CHUNK, (off_t)(piece->offset + done));
    if (got <= 0 || EVP_DigestUpdate(context, scratch->bytes, (size_t)got) != 1) return false;
    done += (uint64_t)got;
  }
  return EVP_DigestFinal_ex(context, digest, NULL) == 1;
}

static const char *check_piece(struct task *task, struct scratch *scratch) {
  const struct piece_task *piece = (const struct piece_task *)task;
  uint8_t digest[DIGEST];
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  piece->ahead->checked[piece - piece->ahead->pieces] =
      hash(piece, context, scratch, digest) && !memcmp(digest, piece->expected, DIGEST);
  EVP_MD_CTX_free(context);
  return NULL;
}

static struct piece_task *piece_of_file(const struct ahead *ahead, const char *name) {
  const struct manifest_file *file = find_file(ahead->manifest, name);
  return file ? &ahead->pieces[ahead->count + (size_t)(file - ahead->manifest->files)] : NULL;
}

static void add_memory(struct ahead *ahead, int folder, uint64_t size, int fd) {
  struct content digests = read_digests(folder, ahead->manifest);
  if (digests.length / DIGEST_LINE != ahead->count) give_up("the digests of the memory are wrong");
  for (size_t i = 0; i < ahead->count; i++) {
    uint64_t offset = (uint64_t)i * BLOCK, rest = size - offset;
    struct piece_task *piece = &ahead->pieces[i];
    piece->fd = fd;
    piece->offset = offset;
    piece->length = rest < BLOCK ? rest : BLOCK;
    if (!parse_digest(digests.bytes + i * DIGEST_LINE, piece->expected)) give_up("the digests of the memory are wrong");
  }
  free(digests.bytes);
}

/* Calls an action for each piece in which a layer has a block, once for each of these blocks. */
static void for_each_piece(struct ahead *ahead, const struct layer *layer, void (*action)(struct ahead *, struct piece_task *)) {
  /* Layers of a delta's base are of another image's memory. */
  if (layer->kind == LAYER_BASE) return;
  struct piece_task *whole = piece_of_file(ahead, layer->file);
  for (size_t i = 0; whole && i < layer->count; i++) {
    const struct block *block = &layer->blocks[i];
    if (block->offset + block->length > whole->length) give_up("a layer lies outside of its file");
    if (strcmp(layer->file, MEMORY_FILE)) {
      action(ahead, whole);
      continue;
    }
    uint64_t last = (block->offset + block->length - 1) / BLOCK;
    for (uint64_t at = block->offset / BLOCK; at <= last; at++) action(ahead, &ahead->pieces[at]);
  }
}

static void expect(struct ahead *ahead, struct piece_task *piece) {
  (void)ahead;
  piece->left++;
}

static void take_off(struct ahead *ahead, struct piece_task *piece) {
  if (--piece->left) return;
  ahead->pending++;
  work_later(&piece->task);
}

void start_checks(struct ahead *ahead, const struct artifact *artifact, int folder, const struct manifest *manifest,
                  const struct image_file *files) {
  const struct manifest_file *memory = find_file(manifest, MEMORY_FILE);
  ahead->manifest = manifest;
  ahead->count = (size_t)count_blocks(memory->size);
  size_t all = ahead->count + manifest->count;
  ahead->pieces = calloc(all, sizeof *ahead->pieces);
  ahead->checked = calloc(all, sizeof *ahead->checked);
  if (!ahead->pieces || !ahead->checked) give_up("out of memory");
  add_memory(ahead, folder, memory->size, files[memory - manifest->files].fd);
  for (size_t i = 0; i < manifest->count; i++) {
    struct piece_task *piece = &ahead->pieces[ahead->count + i];
    piece->fd = files[i].fd;
    piece->length = manifest->files[i].size;
    memcpy(piece->expected, manifest->files[i].digest, DIGEST);
  }
  for (size_t i = 0; i < all; i++) {
    ahead->pieces[i].task.work = check_piece;
    ahead->pieces[i].ahead = ahead;
  }
  for (size_t i = 0; i < artifact->count; i++) for_each_piece(ahead, &artifact->layers[i], expect);
}

void note_layer(struct ahead *ahead, const struct layer *layer) {
  if (ahead->pieces) for_each_piece(ahead, layer, take_off);
}

bool take_check(struct ahead *ahead, const struct task *task) {
  if (task->work != check_piece) return false;
  ahead->pending--;
  return true;
}

void await_checks(struct ahead *ahead) {
  while (ahead->pending) take_check(ahead, await_done());
}
