/* Parses what an artifact says about a delta, and restores pointers from streams of any content. */
#include "blocks.h"
#include "fuzz.h"

enum { WORDS = 64 };

static void restore(const uint8_t *data, size_t size) {
  static uint64_t base[WORDS], content[WORDS];
  struct address_run runs[] = {{0, 0x7f0000000000}, {7, 0x7f0000100000}};
  struct pointer_rules rules = {0xd0000000, 0xd1000000, 3, runs, 2};
  struct stream streams[POINTER_STREAMS];
  size_t half = size < 2 * sizeof base ? size / 2 : sizeof base, rest = size - 2 * half;
  memset(base, 0, sizeof base);
  memset(content, 0, sizeof content);
  memcpy(base, data, half);
  memcpy(content, data + half, half);
  mask_pointers(&rules, content, content, WORDS);
  uint8_t *bytes = malloc(rest + 1);
  memcpy(bytes, data + 2 * half, rest);
  for (int i = 0; i < POINTER_STREAMS; i++)
    streams[i] = (struct stream){bytes + rest * (size_t)i / POINTER_STREAMS,
                                 rest * (size_t)(i + 1) / POINTER_STREAMS - rest * (size_t)i / POINTER_STREAMS, 0};
  restore_pointers(&rules, base, WORDS, content, WORDS, streams);
  for (int i = 0; i < POINTER_STREAMS; i++) ALWAYS(streams[i].at <= streams[i].length);
  free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct layer layer = {.kind = LAYER_DELTA, .size = 700};
  static const char LINE[] = "memory 0 102000 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  char *text = exact_string(data, size);
  ALWAYS(add_block(&layer, LINE, sizeof LINE - 1, false));
  if (read_delta(&layer, text)) {
    uint64_t sizes = 0, streams = 0;
    for (int i = 0; i < DELTA_PARTS; i++) sizes += layer.delta.parts[i].size;
    for (int i = PART_RUNS; i < DELTA_PARTS; i++) streams += layer.delta.parts[i].length;
    ALWAYS(sizes == layer.size && streams <= layer.length && layer.delta.base <= DELTA_MAX);
    ALWAYS(layer.delta.parts[PART_MASKED].length == layer.length);
  }
  restore(data, size);
  free(layer.blocks);
  free(text);
  return 0;
}
