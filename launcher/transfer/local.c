/* Finds blocks that this machine has: in the image that is replaced, which stays as it is until the new one is complete, or in its store. */
#include "local.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cut.h"
#include "give_up.h"
#include "image_files.h"
#include "text.h"

struct place {
  uint8_t digest[DIGEST];
  const uint8_t *content;
  uint32_t length;
};

static struct place *places;
static size_t place_count;

static int compare(const void *left, const void *right) { return memcmp(left, right, DIGEST); }

/* The file stays mapped. */
static void add_file(int folder, const char *name) {
  struct stat status;
  size_t count;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  bool usable = !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size > 0;
  const uint8_t *content = usable ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  close(fd);
  if (content == MAP_FAILED) return;
  struct span *spans = cut_content(content, (uint64_t)status.st_size, &count);
  places = enlarge(places, place_count + count, sizeof *places);
  for (size_t i = 0; i < count; i++) {
    struct place *place = &places[place_count++];
    place->content = content + spans[i].offset;
    place->length = spans[i].length;
    if (EVP_Digest(place->content, place->length, place->digest, NULL, EVP_sha256(), NULL) != 1)
      give_up("libcrypto does not work");
  }
  free(spans);
}

void find_local_blocks(int above, const char *name) {
  int folder = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = folder < 0 ? NULL : fdopendir(folder);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
    if (entry->d_name[0] != '.') add_file(folder, entry->d_name);
  if (entries) closedir(entries);
  if (place_count) qsort(places, place_count, sizeof *places, compare);
}

/* Returns the content of a file of an image, which stays mapped, or NULL. */
static const uint8_t *map_file(const char *entry, const char *name, size_t *size) {
  struct stat status;
  char *path = print_text("%s/image/%s", entry, name);
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  free(path);
  if (fd < 0) return NULL;
  bool usable = !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size > 0;
  *size = usable ? (size_t)status.st_size : 0;
  const uint8_t *content = usable ? mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  close(fd);
  return content == MAP_FAILED ? NULL : content;
}

/* Adds the blocks of one image, which lies beside the file that lists them. Their contents are compared when they are used. */
static void add_noted(const char *entry) {
  char *list = print_text("%s/blocks", entry), *line = NULL, name[FILE_NAME] = "";
  FILE *file = fopen(list, "re");
  const uint8_t *content = NULL;
  size_t room = 0, size = 0;
  for (ssize_t length; file && (length = getline(&line, &room, file)) > 0;) {
    struct layer layer = {.kind = LAYER_DELTA}; /* lines without the place in a blob */
    if (!add_block(&layer, line, (size_t)length - (line[length - 1] == '\n'), false)) break;
    const struct block *block = layer.blocks;
    if (strcmp(name, layer.file)) {
      content = map_file(entry, layer.file, &size);
      snprintf(name, sizeof name, "%s", layer.file);
    }
    if (content && block->offset + block->length <= size) {
      places = enlarge(places, place_count + 1, sizeof *places);
      places[place_count] = (struct place){.content = content + block->offset, .length = block->length};
      memcpy(places[place_count++].digest, block->digest, DIGEST);
    }
    free(layer.blocks);
  }
  if (file) fclose(file);
  free(line);
  free(list);
}

/* Returns the store's folder, as the launcher's store-entry.sh finds it, or NULL. */
static char *find_store(void) {
  static const char SHARED[] = "/var/lib/crjvm";
  struct stat status;
  const char *own = getenv("CRJVM_STORE"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (own && *own) return print_text("%s", own);
  if (!stat(SHARED, &status) && S_ISDIR(status.st_mode)) return print_text("%s", SHARED);
  if (cache && *cache) return print_text("%s/crjvm-store", cache);
  return home && *home ? print_text("%s/.cache/crjvm-store", home) : NULL;
}

void find_stored_blocks(void) {
  char *store = find_store(), *images = store ? print_text("%s/images", store) : NULL;
  DIR *entries = images ? opendir(images) : NULL;
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *path = print_text("%s/%s", images, entry->d_name);
    add_noted(path);
    free(path);
  }
  if (entries) closedir(entries);
  free(images);
  free(store);
  if (place_count) qsort(places, place_count, sizeof *places, compare);
}

bool copy_local_block(const struct block *block, int fd) {
  uint8_t digest[DIGEST];
  const struct place *place = place_count ? bsearch(block->digest, places, place_count, sizeof *places, compare) : NULL;
  return place && place->length == block->length &&
         EVP_Digest(place->content, place->length, digest, NULL, EVP_sha256(), NULL) == 1 &&
         !memcmp(digest, block->digest, DIGEST) && write_block(fd, block->offset, place->content, place->length);
}
