/* Reads the manifest's lines about files and ignores all others. */
#include "manifest.h"

#include <string.h>

static const size_t DIGEST_HEX = 2ul * DIGEST;

uint64_t count_blocks(uint64_t size) { return size / BLOCK + (size % BLOCK != 0); }

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_digest(const char *text, uint8_t *digest) {
  for (size_t i = 0; i < DIGEST; i++) {
    int high = hex_value(text[2 * i]), low = high < 0 ? -1 : hex_value(text[2 * i + 1]);
    if (low < 0) return false;
    digest[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

/* Allows no folder and no hidden file, as class Names of the compiler does. */
static bool is_simple(const char *name) {
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  size_t length = strlen(name);
  return length > 0 && length <= 64 && *name != '.' && *name != '-' && strspn(name, LETTERS) == length;
}

static struct manifest_file *find(const struct manifest *manifest, const char *name) {
  for (size_t i = 0; i < manifest->count; i++)
    if (!strcmp(manifest->files[i].name, name)) return &manifest->files[i];
  return NULL;
}

const struct manifest_file *find_file(const struct manifest *manifest, const char *name) { return find(manifest, name); }

static bool parse_size(const char **at, uint64_t *size) {
  int digits = 0;
  *size = 0;
  for (; **at >= '0' && **at <= '9' && digits < 18; (*at)++, digits++) *size = *size * 10 + (uint64_t)(**at - '0');
  return digits > 0 && *(*at)++ == ' ';
}

static const char *add_file(struct manifest *manifest, const char *value) {
  uint64_t size;
  if (!parse_size(&value, &size) || !is_simple(value) || find(manifest, value)) return "a line about a file is wrong";
  if (manifest->count == MANIFEST_FILES) return "it names too many files";
  manifest->files[manifest->count++] = (struct manifest_file){.name = value, .size = size};
  return NULL;
}

/* All sizes come before the first digest. */
static const char *add_digest(struct manifest *manifest, const char *value) {
  uint8_t digest[DIGEST];
  if (!parse_digest(value, digest) || value[DIGEST_HEX] != ' ') return "a line with a digest is wrong";
  struct manifest_file *file = find(manifest, value + DIGEST_HEX + 1);
  if (!file || file->has_digest) return "a line with a digest is wrong";
  file->has_digest = true;
  memcpy(file->digest, digest, DIGEST);
  return NULL;
}

/* Decodes in place the characters that the manifest's writer has escaped with a backslash. */
static void decode(char *text) {
  char *to = text;
  for (const char *at = text; *at; at++) {
    char c = *at;
    if (c == '\\' && at[1]) {
      c = *++at;
      if (c == 'n') c = '\n';
      else if (c == 'r') c = '\r';
    }
    *to++ = c;
  }
  *to = 0;
}

/* Reads a digest, a size and a path. */
static const char *add_required(struct manifest *manifest, char *value) {
  static const char WRONG[] = "a line about a file that it requires is wrong";
  struct manifest_required file = {0};
  if (!parse_digest(value, file.digest) || value[DIGEST_HEX] != ' ') return WRONG;
  const char *rest = value + DIGEST_HEX + 1;
  if (!parse_size(&rest, &file.size) || *rest != '/') return WRONG;
  if (manifest->required_count == MANIFEST_REQUIRED) return "it requires too many files";
  decode(value + (rest - value));
  file.path = rest;
  manifest->required[manifest->required_count++] = file;
  return NULL;
}

const char *parse_manifest(struct manifest *manifest, char *text, size_t length) {
  static const char FORMAT[] = "format=1\n",
                    FILE_KEY[] = "file=", DIGEST_KEY[] = "sha256=", REQUIRED_KEY[] = "requires=", CREATED_KEY[] = "created=";
  const char *wrong = NULL;
  manifest->count = manifest->required_count = 0;
  manifest->created = NULL;
  if (strlen(text) != length) return "it is not text";
  if (strncmp(text, FORMAT, sizeof FORMAT - 1)) return "it has another format";
  for (char *line = text, *end; !wrong && *line; line = end) {
    size_t size = strcspn(line, "\n");
    end = line + size + (line[size] == '\n');
    line[size] = 0;
    if (!strncmp(line, FILE_KEY, sizeof FILE_KEY - 1)) wrong = add_file(manifest, line + sizeof FILE_KEY - 1);
    else if (!strncmp(line, DIGEST_KEY, sizeof DIGEST_KEY - 1)) wrong = add_digest(manifest, line + sizeof DIGEST_KEY - 1);
    else if (!strncmp(line, CREATED_KEY, sizeof CREATED_KEY - 1)) manifest->created = line + sizeof CREATED_KEY - 1;
    else if (!strncmp(line, REQUIRED_KEY, sizeof REQUIRED_KEY - 1))
      wrong = add_required(manifest, line + sizeof REQUIRED_KEY - 1);
  }
  if (wrong) return wrong;
  const struct manifest_file *memory = find(manifest, MEMORY_FILE), *digests = find(manifest, DIGESTS_FILE);
  if (!memory || !digests || digests->size != count_blocks(memory->size) * DIGEST_LINE) return "it has no digests of the memory";
  if (!find(manifest, PLAN_FILE)) return "it does not name the plan";
  for (size_t i = 0; i < manifest->count; i++)
    if (&manifest->files[i] != memory && !manifest->files[i].has_digest) return "a file has no digest";
  return NULL;
}
