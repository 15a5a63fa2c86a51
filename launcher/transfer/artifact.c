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
  return !strcmp(type, CHECKPOINT_TYPE) || !strcmp(type, OLDER_CHECKPOINT_TYPE);
}

static json_t *parse(const struct body *body) {
  json_error_t error;
  json_t *parsed = json_loadb(body->bytes, body->length, JSON_REJECT_DUPLICATES, &error);
  if (!json_is_object(parsed)) refuse("a part is not an object of JSON");
  return parsed;
}

static struct variant read_variant(const json_t *entry) {
  const json_t *annotations = json_object_get(entry, "annotations");
  return (struct variant){.features = read_string(annotations, "crjvm.cpu-features"),
                          .library = read_string(annotations, "crjvm.libjvm"),
                          .digest = read_string(annotations, "crjvm.libjvm.sha256")};
}

/* Writes the digest of the chosen variant. */
static void choose(struct artifact *artifact, const json_t *entries, bool any) {
  struct variant variants[MOST_VARIANTS];
  size_t count = json_array_size(entries), chosen;
  uint8_t digest[DIGEST];
  if (!count || count > MOST_VARIANTS) refuse("it has no variants, or too many");
  for (size_t i = 0; i < count; i++) {
    if (!is_checkpoint(json_array_get(entries, i))) refuse("a variant is not a checkpoint of this version");
    variants[i] = read_variant(json_array_get(entries, i));
  }
  if (any) chosen = count - 1;
  else if (!choose_variant(variants, count, &chosen)) give_up("no variant fits this machine");
  const char *text = read_string(json_array_get(entries, chosen), "digest");
  if (!read_digest(text, digest)) refuse("a digest is none");
  memcpy(artifact->digest, text, sizeof artifact->digest - 1);
  artifact->digest[sizeof artifact->digest - 1] = 0;
}

static void read_layer(struct layer *layer, const json_t *entry) {
  const char *type = read_string(entry, "mediaType");
  bool several = !strcmp(type, BLOCKS_TYPE);
  json_int_t size = json_integer_value(json_object_get(entry, "size"));
  if (!several && strcmp(type, BLOCK_TYPE)) refuse("a layer has no blocks of this version");
  if (size < 1 || size > BLOCK_MAX + BLOCK_MAX / 128) refuse("a layer's size is none");
  if (!read_digest(read_string(entry, "digest"), layer->digest)) refuse("a digest is none");
  layer->size = (uint32_t)size;
  const char *line = read_string(json_object_get(entry, "annotations"), several ? "crjvm.blocks" : "crjvm.block");
  for (bool more = true; more;) {
    size_t length = several ? strcspn(line, "\n") : strlen(line);
    more = line[length];
    if (!add_block(layer, line, length, several)) refuse("a layer says something wrong of its blocks");
    line += length + 1;
  }
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
  choose(&artifact, json_object_get(index, "manifests"), any);
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
  json_decref(manifest);
}
