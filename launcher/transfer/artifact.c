/* Reads the index of a tag and the manifest of a variant. */
#include "artifact.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "machine.h"
#include "text.h"

enum { MOST_VARIANTS = 256, MOST_LAYERS = 1 << 16 };

static _Noreturn void refuse(const char *what) { give_up("the artifact was not made by crjvm push: %s", what); }

static const char *read_string(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static bool is_checkpoint(const json_t *object) {
  const char *type = read_string(object, "artifactType");
  return !strcmp(type, CHECKPOINT_TYPE) || !strcmp(type, DELTA_CHECKPOINT_TYPE) || !strcmp(type, OLDER_CHECKPOINT_TYPE);
}

static json_t *parse(const struct body *body) {
  json_error_t error;
  json_t *parsed = json_loadb(body->bytes, body->length, JSON_REJECT_DUPLICATES, &error);
  if (!json_is_object(parsed)) refuse("a part is not an object of JSON");
  return parsed;
}

static const char *read_machine(const json_t *annotations) {
  const char *machine = read_string(annotations, MACHINE_ANNOTATION);
  return *machine ? machine : find_first_machine();
}

static struct variant read_variant(const json_t *entry) {
  const json_t *annotations = json_object_get(entry, "annotations");
  return (struct variant){.machine = read_machine(annotations),
                          .features = read_string(annotations, "crjvm.cpu-features"),
                          .library = read_string(annotations, "crjvm.libjvm"),
                          .digest = read_string(annotations, "crjvm.libjvm.sha256")};
}

static void check_entries(const json_t *entries) {
  size_t count = json_array_size(entries);
  if (!count || count > MOST_VARIANTS) refuse("it has no variants, or too many");
  for (size_t i = 0; i < count; i++)
    if (!is_checkpoint(json_array_get(entries, i))) refuse("a variant is not a checkpoint of this version");
}

/* Returns the index of the chosen variant. */
static size_t choose(const json_t *entries, bool any) {
  struct variant variants[MOST_VARIANTS];
  size_t count = json_array_size(entries), chosen;
  if (any) return count - 1;
  for (size_t i = 0; i < count; i++) variants[i] = read_variant(json_array_get(entries, i));
  if (count == 1 && may_fit_machine(&variants[0])) return 0;
  if (!choose_variant(variants, count, &chosen)) refuse_variants(variants, count);
  return chosen;
}

static void set_digest(struct artifact *artifact, const json_t *entry) {
  uint8_t digest[DIGEST];
  const char *text = read_string(entry, "digest");
  if (!read_digest(text, digest)) refuse("a digest is malformed");
  memcpy(artifact->digest, text, sizeof artifact->digest - 1);
  artifact->digest[sizeof artifact->digest - 1] = 0;
}

static void read_blocks(struct layer *layer, const char *lines, bool several) {
  bool one = !several && layer->kind == LAYER_BLOCKS;
  for (bool more = true; more;) {
    size_t length = one ? strlen(lines) : strcspn(lines, "\n");
    more = lines[length];
    if (!add_block(layer, lines, length, several)) refuse("a layer says something wrong of its blocks");
    lines += length + 1;
  }
}

static void read_layer(struct layer *layer, const json_t *entry) {
  const char *type = read_string(entry, "mediaType");
  const json_t *annotations = json_object_get(entry, "annotations");
  bool several = !strcmp(type, BLOCKS_TYPE), delta = !strcmp(type, DELTA_TYPE);
  json_int_t size = json_integer_value(json_object_get(entry, "size"));
  if (!several && !delta && strcmp(type, BLOCK_TYPE)) refuse("a layer has no blocks of this version");
  if (size < 1 || size > (delta ? DELTA_BLOB_MAX : BLOCK_MAX + BLOCK_MAX / 128)) refuse("a layer's size is none");
  if (!read_digest(read_string(entry, "digest"), layer->digest)) refuse("a digest is malformed");
  layer->size = (uint32_t)size;
  const char *base = read_string(annotations, BASE_BLOCKS_ANNOTATION);
  layer->kind = delta ? LAYER_DELTA : several && *base ? LAYER_BASE : LAYER_BLOCKS;
  const char *key = several || delta ? "crjvm.blocks" : "crjvm.block";
  read_blocks(layer, layer->kind == LAYER_BASE ? base : read_string(annotations, key), several);
  if (delta && !read_delta(layer, read_string(annotations, DELTA_ANNOTATION)))
    refuse("a layer says something wrong of its delta");
}

/* There is one delta at most, and its base is just what it needs. */
static void check_delta(const struct artifact *artifact) {
  uint64_t base = 0, wanted = 0;
  size_t deltas = 0;
  for (size_t i = 0; i < artifact->count; i++) {
    const struct layer *layer = &artifact->layers[i];
    if (layer->kind == LAYER_BASE) base += content_length(layer);
    if (layer->kind == LAYER_DELTA) wanted = layer->delta.base, deltas++;
  }
  if (deltas > 1 || base != wanted) refuse("its delta and the layers of its base do not fit each other");
}

static void check_digest(const struct body *body, const char *expected) {
  uint8_t digest[DIGEST], wanted[DIGEST];
  if (!read_digest(expected, wanted) || EVP_Digest(body->bytes, body->length, digest, NULL, EVP_sha256(), NULL) != 1 ||
      memcmp(digest, wanted, DIGEST))
    refuse("a manifest has another digest");
}

json_t *read_entries(struct remote *remote) {
  struct body body = read_part(remote, remote->place.tag, true);
  if (!body.bytes) return NULL;
  json_t *index = parse(&body), *entries = json_object_get(index, "manifests");
  if (!json_is_array(entries) || json_array_size(entries) > MOST_VARIANTS) refuse("it has no variants, or too many");
  for (size_t i = 0; i < json_array_size(entries); i++)
    if (!is_checkpoint(json_array_get(entries, i))) refuse("a variant is not a checkpoint of this version");
  json_incref(entries);
  json_decref(index);
  free(body.bytes);
  return entries;
}

struct artifact choose_artifact(struct remote *remote, bool any) {
  struct artifact artifact = {0};
  struct body body = read_part(remote, remote->place.tag, false);
  json_t *index = parse(&body);
  const json_t *entries = json_object_get(index, "manifests");
  check_entries(entries);
  set_digest(&artifact, json_array_get(entries, choose(entries, any)));
  json_decref(index);
  free(body.bytes);
  return artifact;
}

void read_layers(struct remote *remote, struct artifact *artifact) {
  struct body body = read_part(remote, artifact->digest, false);
  check_digest(&body, artifact->digest);
  json_t *manifest = parse(&body);
  free(body.bytes);
  if (!is_checkpoint(manifest)) refuse("one of its manifests is not a checkpoint's");
  const json_t *layers = json_object_get(manifest, "layers");
  artifact->count = json_array_size(layers);
  if (!artifact->count || artifact->count > MOST_LAYERS) refuse("it has too many layers, or none");
  artifact->layers = calloc(artifact->count, sizeof *artifact->layers);
  if (!artifact->layers) give_up("out of memory");
  for (size_t i = 0; i < artifact->count; i++) read_layer(&artifact->layers[i], json_array_get(layers, i));
  if (!are_disjoint(artifact->layers, artifact->count)) refuse("its layers overlap");
  check_delta(artifact);
  json_decref(manifest);
}

static const json_t *find_base(const json_t *entries, const json_t *annotations) {
  const json_t *same = NULL, *other = NULL;
  for (size_t i = 0; i < json_array_size(entries); i++) {
    const json_t *entry = json_array_get(entries, i);
    if (is_same_variant(entry, annotations)) same = entry;
    if (!strcmp(read_machine(json_object_get(entry, "annotations")), read_machine(annotations))) other = entry;
  }
  if (!other) give_up("the base has no image for this machine");
  return same ? same : other;
}

struct artifact read_base(struct remote *remote, const json_t *annotations) {
  struct artifact artifact = {0};
  json_t *entries = read_entries(remote);
  check_entries(entries);
  set_digest(&artifact, find_base(entries, annotations));
  json_decref(entries);
  read_layers(remote, &artifact);
  return artifact;
}

bool is_same_variant(const json_t *entry, const json_t *annotations) {
  static const char *const KEYS[] = {"crjvm.cpu-features", "crjvm.libjvm", "crjvm.libjvm.sha256"};
  const json_t *others = json_object_get(entry, "annotations");
  if (strcmp(read_machine(others), read_machine(annotations))) return false;
  for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
    if (strcmp(read_string(others, KEYS[i]), read_string(annotations, KEYS[i]))) return false;
  return true;
}
