/* Parses the manifest's lines about files. */
#include "fuzz.h"
#include "manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct manifest_file files[MANIFEST_FILES];
  static struct manifest_required required[MANIFEST_REQUIRED];
  struct manifest manifest = {.files = files, .required = required};
  char *text = exact_string(data, size);
  if (!parse_manifest(&manifest, text, size)) {
    const struct manifest_file *memory = find_file(&manifest, MEMORY_FILE), *digests = find_file(&manifest, DIGESTS_FILE);
    ALWAYS(memory && digests && digests->size / DIGEST_LINE == count_blocks(memory->size));
    for (size_t i = 0; i < manifest.count; i++) {
      ALWAYS(!strchr(files[i].name, '/') && files[i].name[0] != '.' && find_file(&manifest, files[i].name) == &files[i]);
      ALWAYS(files[i].has_digest || &files[i] == memory);
    }
    for (size_t i = 0; i < manifest.required_count; i++) ALWAYS(required[i].path[0] == '/' && required[i].path < text + size);
  }
  free(text);
  return 0;
}
