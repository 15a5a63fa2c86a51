/* Reads what a manifest says about the files of its image. */
#ifndef CRJVM_MANIFEST_H
#define CRJVM_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST = 32, DIGEST_LINE = 2 * DIGEST + 1, BLOCK = 1 << 20, MANIFEST_FILES = 4096, MANIFEST_REQUIRED = 1 << 16 };
#define MEMORY_FILE "memory"
#define PLAN_FILE "plan"
#define DIGESTS_FILE "memory.sha256"

struct manifest_file {
  const char *name;
  uint64_t size;
  bool has_digest;
  uint8_t digest[DIGEST];
};

/* A file outside of the image that a restore opens, maps, or has on its class path. */
struct manifest_required {
  const char *path; /* absolute */
  uint64_t size;
  uint8_t digest[DIGEST];
};

struct manifest {
  struct manifest_file *files; /* room for MANIFEST_FILES */
  size_t count;
  const char *created;                /* NULL: the manifest has none */
  struct manifest_required *required; /* room for MANIFEST_REQUIRED */
  size_t required_count;
};

/* Cuts the text, which ends with a NUL byte, into pieces and sets pointers to them. Returns NULL if all is well, or the fault. */
const char *parse_manifest(struct manifest *manifest, char *text, size_t length);

const struct manifest_file *find_file(const struct manifest *manifest, const char *name);

uint64_t count_blocks(uint64_t size);

/* Converts hexadecimal digits to bytes. Returns false if there are other characters. */
bool parse_digest(const char *text, uint8_t *digest);

#endif
