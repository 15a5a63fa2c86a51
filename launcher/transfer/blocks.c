/* Reads what an artifact says about its layers and blocks. */
#include "blocks.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { NUMBER = 18, SMALL_NUMBER = 9, LINE = 256 };

/* Returns at least the size of the frame for this many bytes, even if zstd can't make them smaller. */
static uint64_t bound(uint64_t length) { return length + (length >> 8) + 64; }

static bool is_simple(const char *name, size_t length) {
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return length > 0 && length < FILE_NAME && *name != '.' && *name != '-' && strspn(name, LETTERS) >= length;
}

static bool read_block(struct block *block, const char *at, bool several, bool delta, uint32_t size) {
  uint64_t length, place = 0, packed = size;
  if (!read_number(&at, ' ', NUMBER, &block->offset) || !read_number(&at, ' ', SMALL_NUMBER, &length)) return false;
  if (strlen(at) < 2ul * DIGEST || !parse_digest(at, block->digest)) return false;
  at += 2ul * DIGEST;
  if (several && (*at++ != ' ' || !read_number(&at, ' ', SMALL_NUMBER, &place) || !read_number(&at, 0, SMALL_NUMBER, &packed)))
    return false;
  if (delta) packed = 0; /* one frame has all blocks */
  if (*at || !length || length > BLOCK_MAX || (!packed && !delta) || packed > bound(length) || place + packed > size)
    return false;
  block->length = (uint32_t)length;
  block->at = (uint32_t)place;
  block->size = (uint32_t)packed;
  block->present = false;
  return true;
}

bool add_block(struct layer *layer, const char *line, size_t length, bool several) {
  char text[LINE];
  if (length >= sizeof text || memchr(line, 0, length)) return false;
  memcpy(text, line, length);
  text[length] = 0;
  size_t name = strcspn(text, " ");
  if (!text[name] || !is_simple(text, name)) return false;
  text[name] = 0;
  if (layer->count && strcmp(text, layer->file)) return false;
  memcpy(layer->file, text, name + 1);
  struct block block;
  bool delta = layer->kind == LAYER_DELTA;
  if (!read_block(&block, text + name + 1, several, delta, layer->size)) return false;
  if (layer->length + block.length > (delta ? DELTA_MAX : BLOCK_MAX)) return false;
  /* The array has room for a power of two. */
  if (!(layer->count & (layer->count - 1))) {
    struct block *more = reallocarray(layer->blocks, layer->count ? 2 * layer->count : 1, sizeof *more);
    if (!more) return false;
    layer->blocks = more;
  }
  layer->length += block.length;
  layer->blocks[layer->count++] = block;
  return true;
}

/* No stream is longer than a fraction of the content, so that a reader knows how much memory they take. */
static bool fits(const struct delta *delta, uint64_t content) {
  uint64_t streams = 0;
  for (int i = PART_RUNS; i < DELTA_PARTS; i++) {
    if (delta->parts[i].length > DELTA_MAX) return false;
    streams += delta->parts[i].length;
  }
  return delta->parts[PART_MASKED].length == content && streams <= content / STREAM_SHARE &&
         delta->parts[PART_RUNS].length % sizeof(struct address_run) == 0;
}

bool read_delta(struct layer *layer, const char *text) {
  struct delta *delta = &layer->delta;
  uint64_t low, high, shift, size, sizes = 0;
  if (!read_number(&text, ' ', NUMBER, &delta->base) || !read_number(&text, ' ', NUMBER, &low) ||
      !read_number(&text, ' ', NUMBER, &high) || !read_number(&text, ' ', 1, &shift))
    return false;
  if (!delta->base || delta->base > DELTA_MAX || low > UINT32_MAX || high > UINT32_MAX) return false;
  delta->low = (uint32_t)low;
  delta->high = (uint32_t)high;
  delta->shift = (uint32_t)shift;
  for (int i = 0; i < DELTA_PARTS; i++) {
    char end = i < DELTA_PARTS - 1 ? ' ' : 0;
    if (!read_number(&text, ' ', SMALL_NUMBER, &size) || !read_number(&text, end, NUMBER, &delta->parts[i].length)) return false;
    delta->parts[i].size = (uint32_t)size;
    sizes += size;
  }
  return layer->count && sizes == layer->size && fits(delta, content_length(layer));
}

uint64_t content_length(const struct layer *layer) { return layer->length; }

struct span {
  const char *file;
  uint64_t offset, end;
};

static int compare(const void *left, const void *right) {
  const struct span *a = left, *b = right;
  int order = strcmp(a->file, b->file);
  return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

bool are_disjoint(const struct layer *layers, size_t count) {
  size_t all = 0, next = 0;
  for (size_t i = 0; i < count; i++) all += layers[i].count;
  struct span *spans = calloc(all ? all : 1, sizeof *spans);
  if (!spans) return false;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; layers[i].kind != LAYER_BASE && j < layers[i].count; j++) {
      const struct block *block = &layers[i].blocks[j];
      spans[next++] = (struct span){layers[i].file, block->offset, block->offset + block->length};
    }
  all = next;
  qsort(spans, all, sizeof *spans, compare);
  bool disjoint = true;
  for (size_t i = 1; i < all; i++)
    if (!strcmp(spans[i].file, spans[i - 1].file) && spans[i].offset < spans[i - 1].end) disjoint = false;
  free(spans);
  return disjoint;
}
