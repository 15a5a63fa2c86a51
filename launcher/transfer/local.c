/* Finds blocks in images that are on this machine: in the one that is replaced, which stays as it is until the new one is complete, and in
 * those of a store. */
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

/* Returns the content of a file, which stays mapped, or NULL. */
static const uint8_t *map_file(int folder, const char *name, uint64_t *size) {
  struct stat status;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return NULL;
  bool usable = !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size > 0;
  const uint8_t *content = usable ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  close(fd);
  if (content == MAP_FAILED) return NULL;
  *size = (uint64_t)status.st_size;
  return content;
}

static void add_file(int folder, const char *name) {
  uint64_t size;
  size_t count;
  const uint8_t *content = map_file(folder, name, &size);
  if (!content) return;
  struct span *spans = cut_content(content, size, &count);
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
  sort_local_blocks();
}

void sort_local_blocks(void) {
  if (place_count) qsort(places, place_count, sizeof *places, compare);
}

void add_local_block(struct local_file *file, const char *name, const struct block *block) {
  if (strcmp(file->name, name)) {
    snprintf(file->name, sizeof file->name, "%s", name);
    file->content = map_file(file->folder, name, &file->size);
  }
  if (!file->content || block->offset + block->length > file->size) return;
  places = enlarge(places, place_count + 1, sizeof *places);
  struct place *place = &places[place_count++];
  *place = (struct place){.content = file->content + block->offset, .length = block->length};
  memcpy(place->digest, block->digest, DIGEST);
}

/* A store's notes about an image may no longer be true. */
static bool is_unchanged(const struct place *place) {
  uint8_t digest[DIGEST];
  return EVP_Digest(place->content, place->length, digest, NULL, EVP_sha256(), NULL) == 1 &&
         !memcmp(digest, place->digest, DIGEST);
}

bool copy_local_block(const struct block *block, int fd) {
  const struct place *place = place_count ? bsearch(block->digest, places, place_count, sizeof *places, compare) : NULL;
  return place && place->length == block->length && is_unchanged(place) &&
         write_block(fd, block->offset, place->content, place->length);
}
