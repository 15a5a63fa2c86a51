/* Parses what an artifact says about its blocks, line by line. */
#include "blocks.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct layer layer = {.size = 1 << 20};
  char *text = exact_string(data, size), *line = text;
  for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
    if (!add_block(&layer, line, (size_t)(end - line), true)) break;
  for (size_t i = 0; i < layer.count; i++) {
    const struct block *block = &layer.blocks[i];
    ALWAYS(!strchr(layer.file, '/') && layer.file[0] != '.' && layer.file[0]);
    ALWAYS(block->length > 0 && block->length <= BLOCK_MAX && (uint64_t)block->at + block->size <= layer.size);
  }
  ALWAYS(content_length(&layer) <= BLOCK_MAX);
  are_disjoint(&layer, 1);
  free(layer.blocks);
  free(text);
  return 0;
}
