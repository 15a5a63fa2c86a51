/* Tells the story of a push, which makes an image one of the variants of a tag. */
#include "push.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact.h"
#include "base.h"
#include "digests.h"
#include "files.h"
#include "give_up.h"
#include "image_manifest.h"
#include "machine.h"
#include "parcels.h"
#include "progress.h"
#include "push_delta.h"
#include "text.h"
#include "upload.h"

#define EMPTY "{}"
#define EMPTY_DIGEST "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

static json_t *keep(json_t *value) {
  if (!value) give_up("out of memory, or a text is not UTF-8");
  return value;
}

static void add_text(json_t *object, const char *key, const char *value) {
  if (json_object_set_new(object, key, keep(json_string(value)))) give_up("out of memory");
}

static void add_value(json_t *object, const char *key, json_t *value) {
  if (json_object_set_new(object, key, keep(value))) give_up("out of memory");
}

/* Prints a line for each block. Those of a delta have no place of their own in the blob. */
static char *print_blocks(const struct layer *layer) {
  enum { LINE = FILE_NAME + 2 * DIGEST + 4 * 21 + 8 };
  char content[2 * DIGEST + 1];
  char *lines = allocate(layer->count * LINE + 1), *at = lines;
  for (size_t i = 0; i < layer->count; i++) {
    const struct block *block = &layer->blocks[i];
    format_digest(block->digest, content);
    at += snprintf(at, LINE, "%s%s %llu %u %s", i ? "\n" : "", layer->file, (unsigned long long)block->offset, block->length,
                   content);
    if (layer->kind != LAYER_DELTA) at += snprintf(at, LINE, " %u %u", block->at, block->size);
  }
  return lines;
}

static char *print_delta(const struct delta *delta) {
  enum { ROOM = 1024 };
  char *text = allocate(ROOM);
  int end = snprintf(text, ROOM, "%llu %u %u %u", (unsigned long long)delta->base, delta->low, delta->high, delta->shift);
  for (int i = 0; i < DELTA_PARTS; i++)
    end +=
        snprintf(text + end, (size_t)(ROOM - end), " %u %llu", delta->parts[i].size, (unsigned long long)delta->parts[i].length);
  return text;
}

static json_t *describe_layer(const struct layer *layer) {
  char digest[sizeof "sha256:" + 2ul * DIGEST] = "sha256:", *lines = print_blocks(layer);
  json_t *described = keep(json_object()), *annotations = keep(json_object());
  format_digest(layer->digest, digest + sizeof "sha256:" - 1);
  add_text(described, "mediaType", layer->kind == LAYER_DELTA ? DELTA_TYPE : BLOCKS_TYPE);
  add_text(described, "digest", digest);
  add_value(described, "size", json_integer(layer->size));
  add_text(annotations, layer->kind == LAYER_BASE ? BASE_BLOCKS_ANNOTATION : "crjvm.blocks", lines);
  if (layer->kind == LAYER_DELTA) {
    char *text = print_delta(&layer->delta);
    add_text(annotations, DELTA_ANNOTATION, text);
    free(text);
  }
  add_value(described, "annotations", annotations);
  free(lines);
  return described;
}

static json_t *describe_variant(const struct description *image) {
  json_t *annotations = keep(json_object());
  add_text(annotations, MACHINE_ANNOTATION, image->machine);
  add_text(annotations, "crjvm.cpu-features", image->features);
  add_text(annotations, "crjvm.libjvm", image->library);
  add_text(annotations, "crjvm.libjvm.sha256", image->digest);
  add_text(annotations, "crjvm.vm-version", image->version);
  add_text(annotations, "org.opencontainers.image.created", image->created);
  return annotations;
}

static void add_layer(json_t *layers, const struct layer *layer) {
  if (json_array_append_new(layers, describe_layer(layer))) give_up("out of memory");
}

/* base is NULL, or has the layers that a reader of the delta needs, too. */
static char *print_manifest(const struct parcel *parcels, size_t count, const struct artifact *base, json_t *annotations) {
  json_t *manifest = keep(json_object()), *config = keep(json_object()), *layers = keep(json_array());
  json_t *all = keep(json_copy(annotations));
  add_value(manifest, "schemaVersion", json_integer(2));
  add_text(manifest, "mediaType", MANIFEST_TYPE);
  add_text(manifest, "artifactType", base ? DELTA_CHECKPOINT_TYPE : CHECKPOINT_TYPE);
  add_text(config, "mediaType", "application/vnd.oci.empty.v1+json");
  add_text(config, "digest", EMPTY_DIGEST);
  add_value(config, "size", json_integer(sizeof EMPTY - 1));
  add_text(config, "data", "e30=");
  add_value(manifest, "config", config);
  for (size_t i = 0; i < count; i++) add_layer(layers, &parcels[i].layer);
  for (size_t i = 0; base && i < base->count; i++) add_layer(layers, &base->layers[i]);
  if (base) add_text(all, BASE_ANNOTATION, base->digest);
  add_value(manifest, "layers", layers);
  add_value(manifest, "annotations", all);
  char *text = json_dumps(manifest, JSON_COMPACT);
  if (!text) give_up("out of memory");
  json_decref(manifest);
  return text;
}

/* Adds the platform, by which tools that copy container images choose those of one machine. */
static void add_platform(json_t *entry, const char *architecture) {
  if (!architecture) return;
  json_t *platform = keep(json_object());
  add_text(platform, "architecture", architecture);
  add_text(platform, "os", "linux");
  add_value(entry, "platform", platform);
}

/* The new variant comes last, because pulls take the last of equals. */
static char *print_index(const json_t *entries, const char *digest, size_t size, const char *type, json_t *annotations,
                         const char *machine) {
  json_t *index = keep(json_object()), *all = keep(json_array()), *fresh = keep(json_object()), *entry;
  size_t i;
  json_array_foreach(entries, i, entry) {
    if (!is_same_variant(entry, annotations) && json_array_append(all, entry)) give_up("out of memory");
  }
  add_text(fresh, "mediaType", MANIFEST_TYPE);
  add_text(fresh, "digest", digest);
  add_value(fresh, "size", json_integer((json_int_t)size));
  add_text(fresh, "artifactType", type);
  add_platform(fresh, find_container_name(machine));
  if (json_object_set(fresh, "annotations", annotations) || json_array_append_new(all, fresh)) give_up("out of memory");
  add_value(index, "schemaVersion", json_integer(2));
  add_text(index, "mediaType", INDEX_TYPE);
  add_value(index, "manifests", all);
  char *text = json_dumps(index, JSON_COMPACT);
  if (!text) give_up("out of memory");
  return text;
}

static size_t divide(struct parcel **parcels, int folder, const struct manifest *manifest) {
  size_t count = add_parcels(parcels, 0, folder, MANIFEST_FILE);
  if (!faccessat(folder, SIGNATURE_FILE, F_OK, AT_SYMLINK_NOFOLLOW)) count = add_parcels(parcels, count, folder, SIGNATURE_FILE);
  for (size_t i = 0; i < manifest->count; i++) count = add_parcels(parcels, count, folder, manifest->files[i].name);
  return count;
}

/* Reads the tag's name. A base is in the same place, because its layers have to stay as long as the delta does. */
static char *read_base_tag(const struct place *place, const char *text) {
  struct place other;
  char *whole =
      begins_with(text, "oci://") ? print_text("%s", text) : print_text("oci://%s/%s:%s", place->host, place->name, text);
  if (!read_place(&other, whole) || strcmp(other.host, place->host) || strcmp(other.name, place->name))
    give_up("the base \"%s\" is not a tag of the same name", text);
  return other.tag;
}

/* Reads the base's layers, and lets a delta replace parcels of the memory. Returns false if the base has all of them. */
static bool push_delta(const struct remote *remote, const char *tag, const struct description *image, int folder,
                       struct artifact *base, struct parcel *parcels, size_t *count) {
  struct remote place = *remote;
  json_t *annotations = describe_variant(image);
  place.place.tag = read_base_tag(&remote->place, tag);
  *base = read_base(&place, annotations);
  keep_base(base);
  struct fetch fetch = {.remote = &place}; /* the progress is that of the upload */
  *count = make_delta(&fetch, base, folder, &image->files, parcels, *count);
  json_decref(annotations);
  return *count && parcels[*count - 1].layer.kind == LAYER_DELTA;
}

void push_image(const struct push_options *options) {
  struct remote remote = {.actions = "pull,push", .may_be_plain = options->plain_http};
  struct description image;
  struct upload upload = {.remote = &remote};
  struct parcel *parcels = NULL;
  uint8_t bytes[DIGEST];
  char digest[sizeof "sha256:" + 2ul * DIGEST] = "sha256:";
  struct artifact base = {0};
  size_t blocks = 0;
  if (!read_place(&remote.place, options->place)) give_up("\"%s\" is not a place that this program reads", options->place);
  int folder = open(options->image, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) give_up("\"%s\": %s", options->image, strerror(errno));
  start_progress("pushing", options->verbose);
  read_description(&image, folder);
  check_files(folder, &image.files, NULL);
  check_closed(folder, &image.files);
  open_remote(&remote);
  open_upload(&upload); /* before the work, which may be in vain */
  json_t *entries = read_entries(&remote);
  start_workers();
  size_t count = divide(&parcels, folder, &image.files);
  bool has_delta = options->base && push_delta(&remote, options->base, &image, folder, &base, parcels, &count);
  for (size_t i = 0; i < count; i++) upload.total += content_length(&parcels[i].layer), blocks += parcels[i].layer.count;
  upload_parcels(&upload, parcels, count);
  upload_blob(&upload, EMPTY, sizeof EMPTY - 1, EMPTY_DIGEST);
  json_t *annotations = describe_variant(&image);
  char *manifest = print_manifest(parcels, count, has_delta ? &base : NULL, annotations);
  if (EVP_Digest(manifest, strlen(manifest), bytes, NULL, EVP_sha256(), NULL) != 1) give_up("libcrypto does not work");
  format_digest(bytes, digest + sizeof "sha256:" - 1);
  upload_manifest(&upload, digest, MANIFEST_TYPE, manifest);
  upload_manifest(&upload, remote.place.tag, INDEX_TYPE,
                  print_index(entries, digest, strlen(manifest), has_delta ? DELTA_CHECKPOINT_TYPE : CHECKPOINT_TYPE, annotations,
                              image.machine));
  close_upload(&upload);
  upload.transferred += strlen(manifest);
  end_progress();
  printf("\"%s\" is pushed: %.1f MiB in %zu blocks; %.1f MiB transferred\n", options->image, (double)upload.total / (1 << 20),
         blocks, (double)upload.transferred / (1 << 20));
}
