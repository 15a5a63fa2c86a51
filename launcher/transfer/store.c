/* The store of a machine: images under the digests that they have in registries, and references to them. libexec/store-entry.sh says what is
 * where. Class ImageStore of the Java client does the same. */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "files.h"
#include "give_up.h"
#include "local.h"
#include "target.h"
#include "text.h"

#define DEFAULT_MOST (10ull << 30)

enum { READERS = 0044, NOTES_MOST = 64 << 20 };

#define IMAGE "image"
#define BLOCKS "blocks"

static int make_folder(int above, const char *name) {
  struct stat status;
  bool made = !mkdirat(above, name, 0755);
  int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) || (made && fchmod(fd, 0755))) give_up("\"%s\": %s", name, strerror(errno));
  return fd;
}

void open_store(struct store *store, const char *path, const char *digest) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status)) give_up("\"%s\": %s", path, strerror(errno));
  store->path = path;
  store->readers = status.st_mode & READERS;
  store->images = make_folder(fd, "images");
  store->entry = make_folder(store->images, digest + sizeof "sha256:" - 1);
  close(fd);
}

/* Returns the most bytes that the images of a store may have. A text that is no size counts as the default, as in the launcher's store.sh. */
static uint64_t read_most(const char *text) {
  static const char UNITS[] = "kmgt";
  char *end;
  if (!text || *text < '0' || *text > '9') return DEFAULT_MOST;
  errno = 0;
  uint64_t size = strtoull(text, &end, 10);
  const char *unit = *end ? strchr(UNITS, *end | ' ') : NULL;
  unsigned shift = unit ? 10u * (unsigned)(unit - UNITS + 1) : 0;
  if (errno || (*end && (!unit || end[1]))) return DEFAULT_MOST;
  return size > UINT64_MAX >> shift ? UINT64_MAX : size << shift;
}

void ask_for_quota(const struct store *store, uint64_t bytes) {
  uint64_t most = read_most(getenv("CRJVM_STORE_SIZE"));
  if (bytes > most)
    end_refused("the image takes %llu MiB, and the store \"%s\" may have no more than %llu MiB; set CRJVM_STORE_SIZE to more",
                (unsigned long long)to_mebibytes(bytes), store->path, (unsigned long long)(most >> 20));
}

bool has_image(const struct store *store) {
  struct stat status;
  if (faccessat(store->entry, IMAGE "/manifest", R_OK, 0) || faccessat(store->entry, IMAGE "/plan", R_OK, 0)) return false;
  if (!fstatat(store->entry, "unfit", &status, 0) && status.st_size > 0) give_up("the image in the store could not be used");
  if (!is_whole(store->entry)) give_up("the image in the store may be incomplete");
  return true;
}

/* Reads the next line of what is noted about an image's blocks into a layer of its own. Returns false at the end. */
static bool next_block(struct layer *layer, char **at) {
  free(layer->blocks);
  *layer = (struct layer){.size = 1}; /* blocks that are noted have no compressed form */
  size_t length = strcspn(*at, "\n");
  if (!length || !add_block(layer, *at, length, false)) return false;
  *at += length + ((*at)[length] == '\n');
  return true;
}

static struct content read_notes(int entry) {
  struct stat status;
  struct content notes = {0};
  int fd = openat(entry, BLOCKS, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size <= NOTES_MOST)
    notes = read_all(fd, BLOCKS, (size_t)status.st_size);
  if (fd >= 0) close(fd);
  return notes;
}

void count_content(const struct store *store, uint64_t *bytes, size_t *blocks) {
  struct content notes = read_notes(store->entry);
  struct layer layer = {0};
  for (char *at = notes.bytes; at && next_block(&layer, &at); ++*blocks) *bytes += layer.blocks->length;
  free(layer.blocks);
  free(notes.bytes);
}

void remove_rest(const struct store *store) {
  struct stat status;
  if (fstatat(store->entry, IMAGE "/manifest", &status, 0)) remove_tree(store->entry, IMAGE);
}

void prepare_entry(const struct store *store, const struct artifact *artifact) {
  char *text = NULL, digest[2 * DIGEST + 1];
  size_t size;
  FILE *notes = open_memstream(&text, &size);
  if (!notes) give_up("out of memory");
  for (size_t i = 0; i < artifact->count; i++)
    for (size_t j = 0; artifact->layers[i].kind != LAYER_BASE && j < artifact->layers[i].count; j++) {
      const struct block *block = &artifact->layers[i].blocks[j];
      format_digest(block->digest, digest);
      fprintf(notes, "%s %llu %u %s\n", artifact->layers[i].file, (unsigned long long)block->offset, block->length, digest);
    }
  if (fclose(notes)) give_up("out of memory");
  write_note(store->entry, BLOCKS, text, size);
  free(text);
}

static void find_blocks(int entry) {
  struct content notes = read_notes(entry);
  struct layer layer = {0};
  struct local_file file = {.folder = openat(entry, IMAGE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  for (char *at = notes.bytes; file.folder >= 0 && at && next_block(&layer, &at);)
    add_local_block(&file, layer.file, layer.blocks);
  if (file.folder >= 0) close(file.folder);
  free(layer.blocks);
  free(notes.bytes);
}

static void find_all_blocks(int fd) {
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  for (const struct dirent *each; entries && (each = readdir(entries)) != NULL;) {
    if (each->d_name[0] == '.') continue;
    int entry = openat(fd, each->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (entry < 0) continue;
    find_blocks(entry);
    close(entry);
  }
  if (entries) closedir(entries);
  sort_local_blocks();
}

void find_stored_blocks(const struct store *store) {
  find_all_blocks(openat(store->images, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
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

/* Returns false for the folder of a store that others can change: they could change blocks after these were compared. */
static bool is_trusted(int folder) {
  struct stat status;
  return !fstat(folder, &status) && (status.st_uid == geteuid() || !status.st_uid) && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

void find_blocks_of_machine(void) {
  char *store = find_store(), *images = store ? print_text("%s/images", store) : NULL;
  int fd = images ? open(images, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (fd >= 0 && is_trusted(fd)) find_all_blocks(fd);
  else if (fd >= 0) close(fd);
  free(images);
  free(store);
}

void welcome_image(const struct store *store) {
  unlinkat(store->entry, "unfit", 0);
  unlinkat(store->entry, "asked", 0);
}

void refer(const struct store *store, const struct place *place, const char *digest) {
  int fd = openat(store->images, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) give_up("\"%s\": %s", store->path, strerror(errno));
  char *path = print_text("refs/%s/%s", place->host, place->name), *rest = path, *mark = print_text(":%s", place->tag);
  char *line = print_text("%s\n", digest);
  for (const char *part; (part = strsep(&rest, "/")) != NULL;) {
    int below = make_folder(fd, part);
    close(fd);
    fd = below;
  }
  write_note(fd, mark, line, strlen(line));
  close(fd);
  free(line);
  free(mark);
  free(path);
}
