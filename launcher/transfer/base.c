/* Gets the blocks of the image on which a delta is based. They may come from this machine or from the registry: their digests say what they are,
 * so that no other property of the base matters. */
#include "base.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "give_up.h"
#include "progress.h"

#define BASE_FILE "base"

uint64_t base_length(const struct artifact *artifact) {
  uint64_t length = 0;
  for (size_t i = 0; i < artifact->count; i++)
    if (artifact->layers[i].kind == LAYER_BASE) length += content_length(&artifact->layers[i]);
  return length;
}

struct map fill_base(struct fetch *fetch, const struct artifact *artifact, const struct image_file *file) {
  struct layer **layers = allocate(artifact->count * sizeof *layers);
  const struct image_file **files = allocate(artifact->count * sizeof *files);
  size_t count = 0;
  uint64_t end = 0;
  for (size_t i = 0; i < artifact->count; i++) {
    struct layer *layer = &artifact->layers[i];
    if (layer->kind != LAYER_BASE) continue;
    for (size_t j = 0; j < layer->count; j++) {
      layer->blocks[j].offset = end;
      end += layer->blocks[j].length;
    }
    files[count] = file;
    layers[count++] = layer;
  }
  fetch_layers(fetch, layers, files, count);
  free(layers);
  free(files);
  if (!end) give_up("the base is empty");
  struct map map = {mmap(NULL, end, PROT_READ, MAP_SHARED, file->fd, 0), end};
  if (map.bytes == MAP_FAILED) give_up("out of memory");
  return map;
}

/* Writes a block of the delta, if its content is what the manifest says. */
static void write_unpacked(const struct block *block, const uint8_t *content, const struct image_file *file) {
  uint8_t digest[DIGEST];
  if (block->present) return;
  if (EVP_Digest(content, block->length, digest, NULL, EVP_sha256(), NULL) != 1 || memcmp(digest, block->digest, DIGEST))
    give_up("a delta has another content than it says");
  if (!write_block(file->fd, block->offset, content, block->length)) give_up("the disk can't be written: %s", strerror(errno));
}

static void apply(struct fetch *fetch, const struct artifact *artifact, const struct layer *layer, const struct image_file *file,
                  int folder) {
  uint64_t length = base_length(artifact), done = 0;
  struct image_file base_file = open_image_file(folder, BASE_FILE, length);
  fetch->total += length;
  struct map base = fill_base(fetch, artifact, &base_file), content = map_scratch(folder, content_length(layer));
  struct body blob = fetch_blob(fetch, layer);
  const char *fault = unpack_delta(layer, blob.bytes, &base, &content, folder);
  if (fault) give_up("%s", fault);
  free(blob.bytes);
  for (size_t i = 0; i < layer->count; i++) {
    write_unpacked(&layer->blocks[i], (const uint8_t *)content.bytes + done, file);
    done += layer->blocks[i].length;
  }
  unmap(&base);
  unmap(&content);
  close(base_file.fd);
}

void apply_delta(struct fetch *fetch, const struct artifact *artifact, const struct image_file *file, int folder) {
  for (size_t i = 0; i < artifact->count; i++) {
    struct layer *layer = &artifact->layers[i];
    if (layer->kind != LAYER_DELTA) continue;
    if (!take_present(file, layer)) apply(fetch, artifact, layer, file, folder);
    fetch->done += content_length(layer);
    show_progress(fetch->done, fetch->total);
    note_layer(&fetch->ahead, layer);
    await_checks(&fetch->ahead);
  }
}
