/* Makes a delta of an image that is pushed. */
#include "push_delta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "give_up.h"
#include "image_plan.h"
#include "store.h"

enum { WORD = sizeof(uint64_t), COMPRESSED_SHIFT = 3, HEAP_GAP = 1 << 30 };

#define UNSHIFTED_END (1ull << 32)
#define SHIFTED_END (UNSHIFTED_END << COMPRESSED_SHIFT)
#define NO_HALVES 0x8000u

void keep_base(struct artifact *base) {
  bool has_own = base_length(base);
  uint64_t length = 0;
  size_t count = 0;
  for (size_t i = 0; i < base->count; i++) {
    struct layer *layer = &base->layers[i];
    bool wanted = has_own ? layer->kind == LAYER_BASE : layer->kind == LAYER_BLOCKS && !strcmp(layer->file, MEMORY_FILE);
    if (!wanted) continue;
    layer->kind = LAYER_BASE;
    length += content_length(layer);
    base->layers[count++] = *layer;
  }
  base->count = count;
  if (!length || length > DELTA_MAX) give_up("the base has no memory, or too much");
}

/* Returns whether a layer of the base has the same blocks. */
static bool is_shared(const struct artifact *base, const struct layer *layer) {
  for (size_t i = 0; i < base->count; i++) {
    const struct layer *other = &base->layers[i];
    size_t same = 0;
    while (other->count == layer->count && same < layer->count &&
           !memcmp(other->blocks[same].digest, layer->blocks[same].digest, DIGEST))
      same++;
    if (same && same == layer->count) return true;
  }
  return false;
}

/* Adds the runs of a part of the content, which lies at a position of it and at an offset of the memory file. */
static void add_runs(struct address_run **runs, size_t *count, const struct plan_area *areas, size_t area_count,
                     const struct block *block, uint64_t position) {
  for (size_t i = 0; i < area_count; i++) {
    uint64_t from = areas[i].offset > block->offset ? areas[i].offset : block->offset;
    if (from >= block->offset + block->length || from >= areas[i].offset + areas[i].length) continue;
    struct address_run run = {(position + from - block->offset) / WORD, areas[i].start + from - areas[i].offset};
    const struct address_run *last = *count ? &(*runs)[*count - 1] : NULL;
    if (last && run.position <= last->position) continue;
    if (last && last->address + WORD * (run.position - last->position) == run.address) continue;
    *runs = enlarge(*runs, *count + 1, sizeof **runs);
    (*runs)[(*count)++] = run;
  }
}

static int compare(const void *left, const void *right) {
  const struct plan_area *a = left, *b = right;
  return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Returns the areas that map the memory file, by their address. */
static struct plan_area *find_areas(const struct content *plan, size_t *count) {
  uint32_t area_count, object_count, string_size;
  const struct plan_area *areas = find_section(plan, PLAN_AREAS, sizeof *areas, &area_count);
  const struct plan_object *objects = find_section(plan, PLAN_OBJECTS, sizeof *objects, &object_count);
  const char *strings = find_section(plan, PLAN_STRINGS, 1, &string_size);
  struct plan_area *found = allocate(area_count * sizeof *found);
  *count = 0;
  for (uint32_t i = 0; i < area_count; i++) {
    if (areas[i].object >= object_count || objects[areas[i].object].kind != PLAN_OBJECT_IMAGE) continue;
    if (!strcmp(find_string(strings, string_size, objects[areas[i].object].name), MEMORY_FILE)) found[(*count)++] = areas[i];
  }
  return found;
}

/* Pointers into the heap are compressed if it ends below 32 GiB, and not shifted if it ends below 4 GiB. At the end of the heap there may be
 * archived objects, which have the same addresses in each process. The areas are in the order of their addresses. */
static void find_halves(struct pointer_rules *rules, const struct plan_header *header, const struct plan_area *areas,
                        size_t count) {
  uint64_t end = header->heap_start;
  rules->low = rules->high = NO_HALVES;
  for (size_t i = 0; i < count; i++) {
    bool inside = areas[i].start >= header->heap_start && areas[i].start < header->heap_end;
    if (inside && areas[i].start < end + HEAP_GAP) end = areas[i].start + areas[i].length;
  }
  rules->shift = header->heap_end > UNSHIFTED_END ? COMPRESSED_SHIFT : 0;
  uint64_t low = header->heap_start >> rules->shift, high = end >> rules->shift;
  if (header->heap_end > SHIFTED_END || low < NO_HALVES || high <= low) return;
  rules->low = (uint32_t)low;
  rules->high = high > UINT32_MAX ? UINT32_MAX : (uint32_t)high;
}

/* Copies the blocks, one after the other. */
static void read_content(struct map *content, const struct layer *layer, const uint8_t *file) {
  uint64_t at = 0;
  for (size_t i = 0; i < layer->count; i++) {
    memcpy((uint8_t *)content->bytes + at, file + layer->blocks[i].offset, layer->blocks[i].length);
    at += layer->blocks[i].length;
  }
}

static char *pack(struct layer *layer, const uint8_t *file, const struct map *base, int folder, const struct manifest *manifest,
                  int temporary) {
  struct content plan = read_plan(folder, manifest);
  struct pointer_rules rules = {0};
  struct address_run *runs = NULL;
  size_t area_count;
  struct plan_area *areas = find_areas(&plan, &area_count);
  struct plan_header header;
  uint64_t at = 0;
  if (!parse_header(&plan, &header)) give_up("the plan is damaged");
  find_halves(&rules, &header, areas, area_count);
  qsort(areas, area_count, sizeof *areas, compare);
  for (size_t i = 0; i < layer->count; i++) {
    add_runs(&runs, &rules.run_count, areas, area_count, &layer->blocks[i], at);
    at += layer->blocks[i].length;
  }
  rules.runs = runs;
  struct map content = map_scratch(temporary, content_length(layer));
  read_content(&content, layer, file);
  char *blob = pack_delta(layer, &rules, base, &content, temporary);
  unmap(&content);
  free(areas);
  free(runs);
  free(plan.bytes);
  return blob;
}

/* Opens the folder for temporary files. They are as large as the image's memory, so they need a disk. */
static int open_temporary(void) {
  const char *path = getenv("TMPDIR");
  int fd = open(path && *path ? path : "/var/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) give_up("there is no folder for temporary files: %s", strerror(errno));
  return fd;
}

static const char *keep_blob(struct task *task, struct scratch *scratch) {
  (void)task;
  (void)scratch;
  return NULL;
}

size_t make_delta(struct fetch *fetch, const struct artifact *base, int folder, const struct manifest *manifest,
                  struct parcel *parcels, size_t count) {
  struct parcel delta = {.task = {.work = keep_blob}, .layer = {.kind = LAYER_DELTA, .file = MEMORY_FILE}};
  struct layer *layer = &delta.layer;
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    const struct layer *whole = &parcels[i].layer;
    if (strcmp(whole->file, MEMORY_FILE) || is_shared(base, whole)) {
      parcels[left++] = parcels[i];
      continue;
    }
    layer->blocks = enlarge(layer->blocks, layer->count + whole->count, sizeof *layer->blocks);
    memcpy(layer->blocks + layer->count, whole->blocks, whole->count * sizeof *layer->blocks);
    layer->count += whole->count;
    layer->length += content_length(whole);
    delta.content = parcels[i].content;
  }
  if (!layer->count) return count;
  if (layer->length > DELTA_MAX) give_up("the image has too much memory for a delta");
  int temporary = open_temporary();
  struct image_file file = {.name = "base", .fd = openat(temporary, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), .fresh = true};
  if (file.fd < 0 || ftruncate(file.fd, (off_t)base_length(base))) give_up("there is no room for the base: %s", strerror(errno));
  find_blocks_of_machine();
  struct map map = fill_base(fetch, base, &file);
  delta.blob = pack(layer, delta.content, &map, folder, manifest, temporary);
  unmap(&map);
  close(file.fd);
  close(temporary);
  parcels[left++] = delta;
  return left;
}
