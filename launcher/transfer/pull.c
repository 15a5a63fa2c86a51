/* Tells the story of a pull. The registry is not trusted. Nothing gets into the image's place before every byte was compared with
 * the digests of its manifest, and the manifest with its signature, where that is required. */
#include "pull.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact.h"
#include "base.h"
#include "entry.h"
#include "fetch.h"
#include "files.h"
#include "finish.h"
#include "give_up.h"
#include "image_manifest.h"
#include "local.h"
#include "machine.h"
#include "place.h"
#include "progress.h"
#include "remote.h"
#include "signature.h"
#include "store.h"
#include "target.h"
#include "text.h"
#include "workers.h"

/* The stages of a pull, in their order. The digests come before the memory, which is checked with them while it arrives. */
enum stage { MANIFEST_STAGE, DIGESTS_STAGE, LAST_STAGE };

static enum stage find_stage(const struct layer *layer) {
  if (!strcmp(layer->file, MANIFEST_FILE) || !strcmp(layer->file, SIGNATURE_FILE)) return MANIFEST_STAGE;
  return strcmp(layer->file, DIGESTS_FILE) ? LAST_STAGE : DIGESTS_STAGE;
}

/* Returns where a file ends, according to the layers. */
static uint64_t find_end(const struct artifact *artifact, const char *name, uint64_t most) {
  uint64_t end = 0;
  for (size_t i = 0; i < artifact->count; i++)
    for (size_t j = 0;
         artifact->layers[i].kind == LAYER_BLOCKS && !strcmp(artifact->layers[i].file, name) && j < artifact->layers[i].count;
         j++) {
      const struct block *block = &artifact->layers[i].blocks[j];
      if (block->offset + block->length > end) end = block->offset + block->length;
    }
  if (end > most) give_up("the artifact's %s is too long", name);
  return end;
}

static const struct image_file *find_open(const struct image_file *files, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(files[i].name, name)) return &files[i];
  return NULL;
}

/* A layer, and how long its file is. */
struct wish {
  struct layer *layer;
  const struct image_file *file;
  uint64_t size;
};

/* Small files come last, because nothing else is fetched while the last layers are unpacked. The layers of a file keep their order, in which
   it can be checked as it grows. */
static int compare_wishes(const void *left, const void *right) {
  const struct wish *a = left, *b = right;
  if (a->size != b->size) return a->size < b->size ? 1 : -1;
  if (a->file != b->file) return a->file < b->file ? -1 : 1;
  return a->layer < b->layer ? -1 : a->layer > b->layer;
}

/* Fills the open files with the layers of a stage. */
static void fill(struct fetch *fetch, const struct artifact *artifact, enum stage stage, const struct image_file *files,
                 size_t count, const uint64_t *sizes) {
  struct layer **layers = allocate(artifact->count * sizeof *layers);
  const struct image_file **targets = allocate(artifact->count * sizeof *targets);
  struct wish *wishes = allocate(artifact->count * sizeof *wishes);
  size_t wanted = 0;
  for (size_t i = 0; i < artifact->count; i++) {
    struct layer *layer = &artifact->layers[i];
    if (layer->kind == LAYER_BASE || find_stage(layer) != stage) continue;
    const struct image_file *file = find_open(files, count, layer->file);
    for (size_t j = 0; j < layer->count; j++)
      if (!file || layer->blocks[j].offset + layer->blocks[j].length > sizes[file - files])
        give_up("a layer lies outside of its file");
    if (layer->kind == LAYER_DELTA) continue;
    wishes[wanted++] = (struct wish){.layer = layer, .file = file, .size = sizes[file - files]};
  }
  qsort(wishes, wanted, sizeof *wishes, compare_wishes);
  for (size_t i = 0; i < wanted; i++) layers[i] = wishes[i].layer, targets[i] = wishes[i].file;
  free(wishes);
  fetch_layers(fetch, layers, targets, wanted);
  free(layers);
  free(targets);
}

static struct content read_back(const struct image_file *file, uint64_t size) {
  if (lseek(file->fd, 0, SEEK_SET)) give_up("\"%s\": %s", file->name, strerror(errno));
  return read_all(file->fd, file->name, (size_t)size);
}

/* Gets the manifest and its signature, before anything else. Returns the manifest's text. */
static struct content get_manifest(struct fetch *fetch, const struct artifact *artifact, const struct target *target,
                                   const struct pull_options *options) {
  uint64_t sizes[2] = {find_end(artifact, MANIFEST_FILE, MANIFEST_MOST), find_end(artifact, SIGNATURE_FILE, SIGNATURE_SIZE)};
  if (unlinkat(target->image, SIGNATURE_FILE, 0) && errno != ENOENT) give_up("\"%s\": %s", SIGNATURE_FILE, strerror(errno));
  if (!sizes[0]) give_up("the artifact has no manifest of an image");
  struct image_file files[2] = {open_image_file(target->image, MANIFEST_FILE, sizes[0])};
  size_t count = 1;
  if (sizes[1]) files[count++] = open_image_file(target->image, SIGNATURE_FILE, sizes[1]);
  fill(fetch, artifact, MANIFEST_STAGE, files, count, sizes);
  struct content manifest = read_back(&files[0], sizes[0]);
  if (options->keys) {
    if (!sizes[1]) give_up("the image is not signed");
    struct content signature = read_back(&files[1], sizes[1]);
    check_signature(options->keys, options->image, &manifest, &signature);
    free(signature.bytes);
  }
  for (size_t i = 0; i < count; i++)
    if ((!target->soon && fsync(files[i].fd)) || close(files[i].fd)) give_up("the disk can't be written: %s", strerror(errno));
  return manifest;
}

static void check_supposed(void) {
  if (!fits_as_supposed()) give_up("no variant fits this machine");
}

/* Checks what the image itself says about its machine, after the registry has said it. If both say the same, and the library is
 * still being read, check_supposed comes later. */
static void check_machine(const struct description *image) {
  struct variant variant = {
      .machine = image->machine, .features = image->features, .library = image->library, .digest = image->digest};
  if (is_as_supposed(&variant)) return;
  check_supposed();
  if (!fits_machine(&variant)) give_up("what the artifact says of a variant is wrong");
}

static void get_files(struct fetch *fetch, const struct artifact *artifact, const struct target *target,
                      const struct manifest *manifest) {
  struct image_file *files = allocate(manifest->count * sizeof *files);
  uint64_t *sizes = allocate(manifest->count * sizeof *sizes);
  for (size_t i = 0; i < manifest->count; i++) {
    const char *name = manifest->files[i].name;
    if (!strcmp(name, MANIFEST_FILE) || !strcmp(name, SIGNATURE_FILE) || strlen(name) >= FILE_NAME)
      give_up("the image's manifest names itself");
    sizes[i] = manifest->files[i].size;
    files[i] = open_image_file(target->image, name, sizes[i]);
  }
  fill(fetch, artifact, DIGESTS_STAGE, files, manifest->count, sizes);
  if (find_file(manifest, MEMORY_FILE)) start_checks(&fetch->ahead, artifact, target->image, manifest, files);
  fill(fetch, artifact, LAST_STAGE, files, manifest->count, sizes);
  for (size_t i = 0; i < artifact->count; i++)
    if (artifact->layers[i].kind == LAYER_DELTA)
      apply_delta(fetch, artifact, find_open(files, manifest->count, artifact->layers[i].file), target->work);
  for (size_t i = 0; i < manifest->count; i++) close(files[i].fd);
  free(files);
  free(sizes);
}

/* Fills the folder beside the image's place, checks everything in there, and lets it take that place. */
static void fill_target(struct fetch *fetch, const struct artifact *artifact, struct target *target,
                        const struct pull_options *options) {
  struct description image;
  struct content text = get_manifest(fetch, artifact, target, options);
  describe_image(&image, text.bytes, text.length);
  if (!options->any) check_machine(&image);
  if (!options->store && replaces_image(target)) find_local_blocks(target->above, target->name);
  get_files(fetch, artifact, target, &image.files);
  if (!options->any) check_supposed();
  const struct ahead *ahead = &fetch->ahead;
  struct checked checked = {.blocks = ahead->checked, .files = ahead->checked ? ahead->checked + ahead->count : NULL};
  finish_image(target, &image.files, ahead->checked ? &checked : NULL);
  await_mark();
  publish_target(target);
}

/* Reads the whole text of a file of an image. */
static struct content read_part_of(int folder, const char *name, size_t most) {
  uint64_t size;
  int fd = open_file(folder, name, &size);
  if (size > most) give_up("\"%s\" is too long", name);
  struct content content = read_all(fd, name, (size_t)size);
  close(fd);
  return content;
}

static void check_stored_machine(int folder) {
  struct description image;
  read_description(&image, folder);
  check_machine(&image);
  check_supposed();
}

static void check_stored_signature(int folder, const struct pull_options *options) {
  struct content manifest = read_part_of(folder, MANIFEST_FILE, MANIFEST_MOST);
  struct content signature = read_part_of(folder, SIGNATURE_FILE, SIGNATURE_SIZE);
  check_signature(options->keys, options->image, &manifest, &signature);
  free(manifest.bytes);
  free(signature.bytes);
}

/* Checks an image that the store has. */
static void check_stored(const struct store *store, const struct pull_options *options) {
  int folder = openat(store->entry, "image", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) give_up("the image in the store: %s", strerror(errno));
  if (!options->any) check_stored_machine(folder);
  if (options->keys) check_stored_signature(folder, options);
  close(folder);
}

/* Finds the layers, and starts what a transfer needs. */
static void prepare(struct fetch *fetch, struct artifact *artifact, size_t *blocks) {
  read_layers(fetch->remote, artifact);
  start_workers();
  for (size_t i = 0; i < artifact->count; i++) {
    if (artifact->layers[i].kind == LAYER_BASE) continue;
    fetch->total += content_length(&artifact->layers[i]);
    *blocks += artifact->layers[i].count;
  }
}

/* Puts the image into its entry, unless a pull by another name of the image, for which this one waits, does that. */
static void fill_entry(struct fetch *fetch, struct artifact *artifact, size_t *blocks, struct store *store,
                       const struct pull_options *options) {
  struct target target = {.readers = store->readers, .waits = true, .soon = options->start};
  char *path = print_text("%s/images/%s/image", options->image, artifact->digest + sizeof "sha256:" - 1);
  prepare(fetch, artifact, blocks);
  ask_for_quota(store, fetch->total);
  remove_rest(store);
  find_target(&target, path);
  open_target(&target, artifact->digest);
  if (has_image(store)) {
    close_target(&target);
    check_stored(store, options);
    return;
  }
  ask_for_room(&target, fetch->total);
  prepare_entry(store, artifact);
  if (options->start) mark_unwritten(store->entry);
  find_stored_blocks(store);
  fill_target(fetch, artifact, &target, options);
  if (!options->start) unmark(store->entry);
  welcome_image(store);
}

/* Puts the image into a store, unless it is there, and lets the reference name it. */
static void pull_into_store(struct fetch *fetch, struct artifact *artifact, size_t *blocks, const struct pull_options *options) {
  struct store store;
  open_store(&store, options->image, artifact->digest);
  if (has_image(&store)) {
    check_stored(&store, options);
    count_content(&store, &fetch->total, blocks);
  } else {
    fill_entry(fetch, artifact, blocks, &store, options);
  }
  refer(&store, &fetch->remote->place, artifact->digest);
}

void pull_image(const struct pull_options *options) {
  struct remote remote = {.actions = "pull", .may_be_plain = options->plain_http};
  struct fetch fetch = {.remote = &remote, .soon = options->start};
  struct target target = {0};
  size_t blocks = 0;
  if (!read_place(&remote.place, options->place)) give_up("\"%s\" is not a place that this program reads", options->place);
  if (!options->store) find_target(&target, options->image);
  start_progress("pulling", options->verbose);
  open_remote(&remote);
  struct artifact artifact = choose_artifact(&remote, options->any);
  if (options->store) {
    pull_into_store(&fetch, &artifact, &blocks, options);
  } else {
    prepare(&fetch, &artifact, &blocks);
    open_target(&target, artifact.digest);
    ask_for_room(&target, fetch.total);
    fill_target(&fetch, &artifact, &target, options);
  }
  end_progress();
  printf(options->store ? "\"%s\" is in the store" : "\"%s\" is pulled", options->store ? options->place : options->image);
  printf(": %.1f MiB in %zu blocks; %.1f MiB transferred\n", (double)fetch.total / (1 << 20), blocks,
         (double)fetch.transferred / (1 << 20));
}
