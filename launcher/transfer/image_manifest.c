/* Reads the manifest of an image, including the parts that the verifier does not need. */
#include "image_manifest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "give_up.h"
#include "text.h"

/* Returns the value of the first line with the key, or NULL. */
static char *find_value(const char *text, const char *key) {
  char *start = print_text("\n%s=", key);
  const char *at = strstr(text, start);
  at = at ? at + strlen(start) : NULL;
  free(start);
  if (!at) return NULL;
  char *value = strndup(at, strcspn(at, "\n"));
  if (!value) give_up("out of memory");
  if (strchr(value, '\\')) give_up("a value in the image's manifest has characters that this program does not read");
  return value;
}

/* Leaves one space between two words. */
static void join_words(char *text) {
  char *to = text;
  for (const char *at = text; *at; at++)
    if (*at != ' ' || (to != text && to[-1] != ' ')) *to++ = *at;
  if (to != text && to[-1] == ' ') to--;
  *to = 0;
}

static void find_library(struct description *image) {
  static const char NAME[] = "/libjvm.so";
  for (size_t i = 0; i < image->files.required_count; i++) {
    const struct manifest_required *file = &image->files.required[i];
    size_t length = strlen(file->path);
    if (length < sizeof NAME || strcmp(file->path + length - sizeof NAME + 1, NAME)) continue;
    image->library = file->path;
    format_digest(file->digest, image->digest);
    return;
  }
  give_up("the manifest is damaged: it requires no libjvm.so");
}

void describe_image(struct description *image, char *text, size_t length) {
  *image = (struct description){.files = {.files = calloc(MANIFEST_FILES, sizeof *image->files.files),
                                          .required = calloc(MANIFEST_REQUIRED, sizeof *image->files.required)}};
  if (!image->files.files || !image->files.required) give_up("out of memory");
  image->machine = find_value(text, "machine");
  image->features = find_value(text, "cpu-features");
  image->version = find_value(text, "vm-version");
  image->created = find_value(text, "created");
  const char *wrong = parse_manifest(&image->files, text, length);
  if (wrong) give_up("the image's manifest is not of this version: %s", wrong);
  if (!image->machine) give_up("the image's manifest does not say its machine");
  if (!image->features) image->features = print_text("%s", "");
  join_words(image->features);
  find_library(image);
}

void read_description(struct description *image, int folder) {
  uint64_t size;
  int fd = open_file(folder, MANIFEST_FILE, &size);
  if (size > MANIFEST_MOST) give_up("the image's manifest is too long");
  struct content text = read_all(fd, MANIFEST_FILE, (size_t)size);
  close(fd);
  describe_image(image, text.bytes, text.length);
  if (!image->version || !image->created) give_up("the image's manifest is incomplete");
}
