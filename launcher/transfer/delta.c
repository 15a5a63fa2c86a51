/* Packs the memory of an image as a delta: what another image, its base, does not say.
 *
 * zstd finds in the base what the content has without its pointers. The pointers follow in streams of their own. */
#include "delta.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "give_up.h"

/* The tables are as large as those of a much higher level, because the base is far larger than what the levels are made for. */
enum { LEVEL = 6, STREAM_LEVEL = 9, HASH_BITS = 25, CHAIN_BITS = 26, LEAST_WINDOW = 20, MOST_WINDOW = 31 };

struct map map_scratch(int folder, uint64_t length) {
  int fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  /* A page that finds no room on the disk would end this program by a signal. */
  if (fd < 0 || fallocate(fd, 0, 0, (off_t)length)) give_up("there is no room for what is unpacked: %s", strerror(errno));
  struct map map = {mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), length};
  if (map.bytes == MAP_FAILED) give_up("out of memory");
  close(fd);
  return map;
}

void unmap(struct map *map) {
  if (map->bytes) munmap(map->bytes, map->length);
  map->bytes = NULL;
}

static const uint64_t *words(const struct map *map) { return map->bytes; }

static size_t count_words(const struct map *map) { return map->length / sizeof(uint64_t); }

static void mask(const struct pointer_rules *rules, const struct map *from, struct map *to) {
  size_t count = count_words(from);
  mask_pointers(rules, words(from), to->bytes, count);
  size_t rest = from->length % sizeof(uint64_t);
  memcpy((uint8_t *)to->bytes + to->length - rest, (const uint8_t *)from->bytes + from->length - rest, rest);
}

static int choose_window(uint64_t length) {
  int bits = LEAST_WINDOW;
  while (bits < MOST_WINDOW && (uint64_t)1 << bits < length) bits++;
  return bits;
}

static _Noreturn void refuse(void) { give_up("the image has too little in common with its base"); }

/* Appends a frame to the blob. */
static void append(struct layer *layer, char *blob, int part, ZSTD_CCtx *packing, const void *bytes, size_t length) {
  size_t size = ZSTD_compress2(packing, blob + layer->size, DELTA_BLOB_MAX - layer->size, bytes, length);
  if (ZSTD_isError(size)) refuse();
  layer->delta.parts[part].size = (uint32_t)size;
  layer->delta.parts[part].length = length;
  layer->size += (uint32_t)size;
}

static void set(ZSTD_CCtx *packing, ZSTD_cParameter parameter, int value) {
  if (ZSTD_isError(ZSTD_CCtx_setParameter(packing, parameter, value))) give_up("zstd does not work");
}

static void pack_masked(struct layer *layer, char *blob, ZSTD_CCtx *packing, const struct map *base, const struct map *content) {
  set(packing, ZSTD_c_compressionLevel, LEVEL);
  set(packing, ZSTD_c_hashLog, HASH_BITS);
  set(packing, ZSTD_c_chainLog, CHAIN_BITS);
  set(packing, ZSTD_c_enableLongDistanceMatching, 1);
  set(packing, ZSTD_c_windowLog, choose_window(base->length + content->length));
  if (ZSTD_isError(ZSTD_CCtx_refPrefix(packing, base->bytes, base->length))) give_up("zstd does not work");
  append(layer, blob, PART_MASKED, packing, content->bytes, content->length);
  ZSTD_CCtx_reset(packing, ZSTD_reset_session_and_parameters);
  set(packing, ZSTD_c_compressionLevel, STREAM_LEVEL);
}

static void pack_pointers(struct layer *layer, char *blob, ZSTD_CCtx *packing, const struct pointer_rules *rules,
                          const struct map *base, const struct map *content) {
  struct stream streams[POINTER_STREAMS] = {{0}};
  uint64_t slots = count_slots(rules, words(content), count_words(content));
  for (int i = 0; i < POINTER_STREAMS; i++) streams[i].bytes = allocate(slots * (i == SYMBOLS ? 1 : sizeof(uint64_t)));
  if (!code_pointers(rules, words(base), count_words(base), words(content), count_words(content), streams))
    give_up("out of memory");
  append(layer, blob, PART_RUNS, packing, rules->runs, rules->run_count * sizeof *rules->runs);
  for (int i = 0; i < POINTER_STREAMS; i++) {
    append(layer, blob, PART_STREAMS + i, packing, streams[i].bytes, streams[i].length);
    free(streams[i].bytes);
  }
}

char *pack_delta(struct layer *layer, const struct pointer_rules *rules, const struct map *base, const struct map *content,
                 int folder) {
  ZSTD_CCtx *packing = ZSTD_createCCtx();
  char *blob = allocate(DELTA_BLOB_MAX);
  struct map masked_base = map_scratch(folder, base->length), masked = map_scratch(folder, content->length);
  if (!packing || base->length > DELTA_MAX || content->length > DELTA_MAX) give_up("out of memory");
  layer->delta.base = base->length;
  layer->delta.low = rules->low;
  layer->delta.high = rules->high;
  layer->delta.shift = rules->shift;
  mask(rules, base, &masked_base);
  mask(rules, content, &masked);
  pack_masked(layer, blob, packing, &masked_base, &masked);
  unmap(&masked_base);
  unmap(&masked);
  pack_pointers(layer, blob, packing, rules, base, content);
  ZSTD_freeCCtx(packing);
  uint64_t streams = 0;
  for (int i = PART_RUNS; i < DELTA_PARTS; i++) streams += layer->delta.parts[i].length;
  if (streams > content->length / STREAM_SHARE) refuse();
  if (EVP_Digest(blob, layer->size, layer->digest, NULL, EVP_sha256(), NULL) != 1) give_up("libcrypto does not work");
  return enlarge(blob, layer->size, 1);
}

/* Unpacks the next frame of the blob, if it has just the length that the layer says. */
static bool unpack_part(const struct layer *layer, int part, const char **blob, ZSTD_DCtx *unpacking, void *to) {
  size_t size = layer->delta.parts[part].size, length = (size_t)layer->delta.parts[part].length;
  bool good =
      ZSTD_getFrameContentSize(*blob, size) == length && ZSTD_decompressDCtx(unpacking, to, length, *blob, size) == length;
  *blob += size;
  return good;
}

static const char *unpack_pointers(const struct layer *layer, const char *blob, ZSTD_DCtx *unpacking, struct pointer_rules *rules,
                                   const struct map *base, struct map *content) {
  struct stream streams[POINTER_STREAMS] = {{0}};
  struct address_run *runs = allocate(layer->delta.parts[PART_RUNS].length);
  bool good = unpack_part(layer, PART_RUNS, &blob, unpacking, runs);
  rules->runs = runs;
  rules->run_count = layer->delta.parts[PART_RUNS].length / sizeof *runs;
  for (int i = 0; i < POINTER_STREAMS; i++) {
    streams[i].length = layer->delta.parts[PART_STREAMS + i].length;
    streams[i].bytes = allocate(streams[i].length);
    good = good && unpack_part(layer, PART_STREAMS + i, &blob, unpacking, streams[i].bytes);
  }
  good = good && are_valid(rules) &&
         restore_pointers(rules, words(base), count_words(base), content->bytes, count_words(content), streams);
  for (int i = 0; i < POINTER_STREAMS; i++) free(streams[i].bytes);
  free(runs);
  return good ? NULL : "a delta has another content than it says";
}

const char *unpack_delta(const struct layer *layer, const char *blob, const struct map *base, struct map *content, int folder) {
  struct pointer_rules rules = {.low = layer->delta.low, .high = layer->delta.high, .shift = layer->delta.shift};
  ZSTD_DCtx *unpacking = ZSTD_createDCtx();
  if (!unpacking) return "out of memory";
  if (!are_valid(&rules) || base->length != layer->delta.base) return "a delta says something wrong of its base";
  struct map masked = map_scratch(folder, base->length);
  mask(&rules, base, &masked);
  bool good = !ZSTD_isError(ZSTD_DCtx_refPrefix(unpacking, masked.bytes, masked.length)) &&
              unpack_part(layer, PART_MASKED, &blob, unpacking, content->bytes);
  unmap(&masked);
  const char *fault =
      good ? unpack_pointers(layer, blob, unpacking, &rules, base, content) : "a delta has another content than it says";
  ZSTD_freeDCtx(unpacking);
  return fault;
}
