/* Divides an image into layers, and packs them. */
#include "parcels.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cut.h"
#include "give_up.h"

/* The same numbers as in class BlockLayer, so that both clients make the same layers. */
enum { LEAST = 4 << 20, MOST = 16 << 20, ENDS = 8, LEVEL = 3 };
enum { BLOCKS_AT_ONCE = 16 };

struct hashing {
  struct task task; /* the first member */
  const uint8_t *content;
  struct block *blocks;
  size_t count;
};

static const char *hash(struct task *task, struct scratch *scratch) {
  struct hashing *hashing = (struct hashing *)task;
  (void)scratch;
  for (size_t i = 0; i < hashing->count; i++) {
    struct block *block = &hashing->blocks[i];
    if (EVP_Digest(hashing->content + block->offset, block->length, block->digest, NULL, EVP_sha256(), NULL) != 1)
      return "libcrypto does not work";
  }
  return NULL;
}

/* Computes the digests of all blocks, with all processors. */
static void hash_blocks(const uint8_t *content, struct block *blocks, size_t count) {
  size_t tasks = (count + BLOCKS_AT_ONCE - 1) / BLOCKS_AT_ONCE;
  struct hashing *all = allocate(tasks * sizeof *all);
  for (size_t i = 0; i < tasks; i++) {
    size_t first = i * BLOCKS_AT_ONCE, rest = count - first;
    all[i] = (struct hashing){{.work = hash}, content, blocks + first, rest < BLOCKS_AT_ONCE ? rest : BLOCKS_AT_ONCE};
    work_later(&all[i].task);
  }
  for (size_t i = 0; i < tasks; i++) {
    const struct task *done = await_done();
    if (done->fault) give_up("%s", done->fault);
  }
  free(all);
}

/* The content decides where a layer ends, so that equal blocks are in equal layers. */
static size_t group(struct parcel **parcels, size_t count, const char *name, const uint8_t *content, const struct block *blocks,
                    size_t block_count) {
  bool ends = true;
  uint64_t length = 0;
  for (size_t i = 0; i < block_count; i++) {
    if (ends || length + blocks[i].length > MOST) {
      *parcels = enlarge(*parcels, count + 1, sizeof **parcels);
      (*parcels)[count] = (struct parcel){.task = {.work = pack_parcel}, .content = content};
      snprintf((*parcels)[count++].layer.file, FILE_NAME, "%s", name);
      length = 0;
    }
    struct layer *layer = &(*parcels)[count - 1].layer;
    layer->blocks = enlarge(layer->blocks, layer->count + 1, sizeof *layer->blocks);
    layer->blocks[layer->count++] = blocks[i];
    layer->length += blocks[i].length;
    length += blocks[i].length;
    ends = length >= LEAST && blocks[i].digest[0] % ENDS == 0;
  }
  return count;
}

size_t add_parcels(struct parcel **parcels, size_t count, int folder, const char *name) {
  struct stat status;
  size_t span_count;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode)) give_up("\"%s\": %s", name, strerror(errno));
  if (!status.st_size) {
    close(fd);
    return count;
  }
  const uint8_t *content = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (content == MAP_FAILED) give_up("\"%s\": %s", name, strerror(errno));
  close(fd);
  struct span *spans = cut_content(content, (uint64_t)status.st_size, &span_count);
  struct block *blocks = allocate(span_count * sizeof *blocks);
  for (size_t i = 0; i < span_count; i++) blocks[i] = (struct block){.offset = spans[i].offset, .length = spans[i].length};
  hash_blocks(content, blocks, span_count);
  count = group(parcels, count, name, content, blocks, span_count);
  free(blocks);
  free(spans);
  return count;
}

const char *pack_parcel(struct task *task, struct scratch *scratch) {
  struct parcel *parcel = (struct parcel *)task;
  struct layer *layer = &parcel->layer;
  size_t bound = 0, end = 0;
  for (size_t i = 0; i < layer->count; i++) bound += ZSTD_compressBound(layer->blocks[i].length);
  if (!make_room(scratch, bound)) return "out of memory";
  for (size_t i = 0; i < layer->count; i++) {
    struct block *block = &layer->blocks[i];
    size_t size = ZSTD_compressCCtx(scratch->packing, scratch->bytes + end, bound - end, parcel->content + block->offset,
                                    block->length, LEVEL);
    if (ZSTD_isError(size)) return "zstd does not work";
    block->at = (uint32_t)end;
    block->size = (uint32_t)size;
    end += size;
  }
  parcel->blob = malloc(end ? end : 1);
  if (!parcel->blob) return "out of memory";
  memcpy(parcel->blob, scratch->bytes, end);
  layer->size = (uint32_t)end;
  return EVP_Digest(parcel->blob, end, layer->digest, NULL, EVP_sha256(), NULL) == 1 ? NULL : "libcrypto does not work";
}
