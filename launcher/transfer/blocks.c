/* Reads what an artifact says about its layers and blocks. */
#include "blocks.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { NUMBER = 18, SMALL_NUMBER = 9, LINE = 256 };

/* More than zstd can make of so many bytes that it can't compress. */
static uint64_t bound(uint64_t length) { return length + (length >> 8) + 64; }

static bool is_simple(const char *name, size_t length) {
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return length > 0 && length < FILE_NAME && *name != '.' && *name != '-' && strspn(name, LETTERS) >= length;
}

static bool read_block(struct block *block, const char *at, bool several, uint32_t size) {
  uint64_t length, place = 0, packed = size;
  if (!read_number(&at, ' ', NUMBER, &block->offset) || !read_number(&at, ' ', SMALL_NUMBER, &length)) return false;
  if (strlen(at) < 2ul * DIGEST || !parse_digest(at, block->digest)) return false;
  at += 2ul * DIGEST;
  if (several && (*at++ != ' ' || !read_number(&at, ' ', SMALL_NUMBER, &place) || !read_number(&at, 0, SMALL_NUMBER, &packed)))
    return false;
  if (*at || !length || length > BLOCK_MAX || !packed || packed > bound(length) || place + packed > size) return false;
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
  if (!read_block(&block, text + name + 1, several, layer->size)) return false;
  if (content_length(layer) + block.length > BLOCK_MAX) return false;
  struct block *more = reallocarray(layer->blocks, layer->count + 1, sizeof *more);
  if (!more) return false;
  layer->blocks = more;
  layer->blocks[layer->count++] = block;
  return true;
}

uint64_t content_length(const struct layer *layer) {
  uint64_t length = 0;
  for (size_t i = 0; i < layer->count; i++) length += layer->blocks[i].length;
  return length;
}

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
    for (size_t j = 0; j < layers[i].count; j++) {
      const struct block *block = &layers[i].blocks[j];
      spans[next++] = (struct span){layers[i].file, block->offset, block->offset + block->length};
    }
  qsort(spans, all, sizeof *spans, compare);
  bool disjoint = true;
  for (size_t i = 1; i < all; i++)
    if (!strcmp(spans[i].file, spans[i - 1].file) && spans[i].offset < spans[i - 1].end) disjoint = false;
  free(spans);
  return disjoint;
}
