/* Cuts a file into blocks by its content, at the same places as class BlockCutter. */
#include "cut.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "crc.h"
#include "give_up.h"

enum { PAGE = 4096, GAP = 16, AVERAGE = 64, LARGEST = BLOCK_MAX / PAGE, LIMIT = 4000 };

struct spans {
  struct span *all;
  size_t count, room;
};

static void add(struct spans *spans, uint64_t start, uint64_t end, uint64_t size) {
  if (spans->count == spans->room) {
    spans->room = spans->room ? 2 * spans->room : 256;
    spans->all = enlarge(spans->all, spans->room, sizeof *spans->all);
  }
  uint64_t last = end * PAGE < size ? end * PAGE : size;
  spans->all[spans->count++] = (struct span){start * PAGE, (uint32_t)(last - start * PAGE)};
}

/* The low bits of a CRC say little about sparse pages. */
static uint32_t spread(uint32_t hash) {
  uint32_t mixed = hash * 0x9E3779B1u;
  return mixed ^ mixed >> 15;
}

static bool is_zero(const uint8_t *bytes, size_t length) { return !*bytes && !memcmp(bytes, bytes + 1, length - 1); }

/* Returns one number for each page, which is 0 for zeroes. */
static uint32_t *hash_pages(const uint8_t *content, uint64_t size, uint64_t pages) {
  uint32_t *hashes = allocate(pages * sizeof *hashes);
  for (uint64_t i = 0; i < pages; i++) {
    const uint8_t *page = content + i * PAGE;
    size_t length = size - i * PAGE < PAGE ? (size_t)(size - i * PAGE) : PAGE;
    uint32_t hash = is_zero(page, length) ? 0 : crc32c(0, page, length);
    hashes[i] = !hash && !is_zero(page, length) ? 1 : hash;
  }
  return hashes;
}

static void cut(struct spans *spans, const uint32_t *hashes, uint64_t pages, uint64_t size, uint32_t average) {
  uint64_t least = average / 4 > 1 ? average / 4 : 1, most = average * 8ul < LARGEST ? average * 8ul : LARGEST;
  uint64_t start = 0, zeroes = 0;
  bool open = false;
  spans->count = 0;
  for (uint64_t page = 0; page < pages; page++) {
    bool zero = !hashes[page];
    if (!open && zero) continue;
    if (!open) start = page, zeroes = 0, open = true;
    zeroes = zero ? zeroes + 1 : 0;
    uint64_t count = page + 1 - start;
    bool ends = count >= least && !zero && !(spread(hashes[page]) & (average - 1));
    if (!ends && zeroes != GAP && count != most) continue;
    add(spans, start, page + 1 - zeroes, size);
    open = false;
  }
  if (open) add(spans, start, pages - zeroes, size);
}

struct span *cut_content(const uint8_t *content, uint64_t size, size_t *count) {
  uint64_t pages = (size + PAGE - 1) / PAGE;
  uint32_t *hashes = hash_pages(content, size, pages), average = AVERAGE;
  struct spans spans = {0};
  cut(&spans, hashes, pages, size, average);
  while (spans.count > LIMIT && average < LARGEST / 8) cut(&spans, hashes, pages, size, average *= 2);
  free(hashes);
  *count = spans.count;
  return spans.all;
}
