/* Computes SHA-256 with libcrypto, on all processors that this process may use. */
#include "digests.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "files.h"

enum { THREADS = 64, CHUNK = 1 << 18, OPEN_FILES = 64 };

struct piece {
  const char *name;
  int fd;
  bool hole, good;
  uint64_t offset, length;
  uint8_t expected[DIGEST];
};

struct work {
  struct piece *pieces;
  size_t count;
  atomic_size_t next;
  EVP_MD *algorithm;
  uint8_t zeroes[DIGEST]; /* the digest of a block that is a hole */
};

static void add_piece(struct work *work, const struct piece *piece) {
  work->pieces = reallocarray(work->pieces, work->count + 1, sizeof *piece);
  if (!work->pieces) fail(STATUS_UNTRUSTED, "out of memory");
  work->pieces[work->count++] = *piece;
}

static bool hash(struct work *work, struct piece *piece, EVP_MD_CTX *context, char *chunk) {
  uint8_t digest[DIGEST];
  if (piece->hole) return !memcmp(work->zeroes, piece->expected, DIGEST);
  if (EVP_DigestInit_ex2(context, work->algorithm, NULL) != 1) return false;
  for (uint64_t done = 0; done < piece->length;) {
    uint64_t left = piece->length - done;
    ssize_t got = pread(piece->fd, chunk, left < CHUNK ? left : CHUNK, (off_t)(piece->offset + done));
    if (got <= 0 || EVP_DigestUpdate(context, chunk, (size_t)got) != 1) return false;
    done += (uint64_t)got;
  }
  return EVP_DigestFinal_ex(context, digest, NULL) == 1 && !memcmp(digest, piece->expected, DIGEST);
}

static void *run(void *argument) {
  struct work *work = argument;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  char *chunk = malloc(CHUNK);
  for (size_t i; context && chunk && (i = atomic_fetch_add(&work->next, 1)) < work->count;)
    work->pieces[i].good = hash(work, &work->pieces[i], context, chunk);
  free(chunk);
  EVP_MD_CTX_free(context);
  return NULL;
}

/* This thread works, too. If no other thread can be made, it works alone. */
static void run_all(struct work *work) {
  pthread_t threads[THREADS];
  cpu_set_t cpus;
  int wanted = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus), count = 0;
  while (count < wanted - 1 && count < THREADS && !pthread_create(&threads[count], NULL, run, work)) count++;
  run(work);
  while (count) pthread_join(threads[--count], NULL);
}

/* Holes are not read, because that would fill the page cache with zeroes. */
static void find_holes(struct work *work, size_t first) {
  off_t data = -1; /* the first data at or after the piece; -1: not looked for yet */
  for (size_t i = first; i < work->count; i++) {
    struct piece *piece = &work->pieces[i];
    off_t start = (off_t)piece->offset, end = start + (off_t)piece->length;
    if (data < start) {
      data = lseek(piece->fd, start, SEEK_DATA);
      if (data < 0 && errno != ENXIO) return; /* the file system does not know holes */
      if (data < 0) data = INT64_MAX;
    }
    piece->hole = data >= end && piece->length == BLOCK;
  }
}

static void add_memory(struct work *work, const struct manifest_file *memory, int fd, const struct content *digests,
                       const bool *checked) {
  size_t first = work->count;
  for (uint64_t at = 0, i = 0; at < memory->size; at += BLOCK, i++) {
    if (checked && checked[i]) continue;
    const char *line = digests->bytes + i * DIGEST_LINE;
    struct piece piece = {
        .name = memory->name, .fd = fd, .offset = at, .length = memory->size - at < BLOCK ? memory->size - at : BLOCK};
    if (!parse_digest(line, piece.expected) || line[DIGEST_LINE - 1] != '\n')
      fail(STATUS_DAMAGED, "its file \"%s\" is damaged", DIGESTS_FILE);
    add_piece(work, &piece);
  }
  find_holes(work, first);
}

static int open_sized(int folder, const struct manifest_file *file) {
  uint64_t size;
  int fd = open_file(folder, file->name, &size);
  if (size != file->size)
    fail(STATUS_DAMAGED, "its file \"%s\" has %llu bytes instead of %llu", file->name, (unsigned long long)size,
         (unsigned long long)file->size);
  return fd;
}

/* Replaces the longest OLD that is a prefix of the path, in whole folders. Without one it copies the path. The caller frees the
 * result. */
static char *map_path(const char *path, char **maps, int count) {
  const char *best = NULL;
  size_t length = 0;
  for (int i = 0; i < count; i++) {
    size_t old = strcspn(maps[i], "=");
    while (old > 1 && maps[i][old - 1] == '/') old--;
    bool below = !strncmp(maps[i], path, old) && (!path[old] || path[old] == '/' || maps[i][old - 1] == '/');
    if (below && (!best || old > length)) best = strchr(maps[i], '=') + 1, length = old;
  }
  char *mapped = NULL;
  if (asprintf(&mapped, "%s%s%s", best ? best : "", best && length == 1 ? "/" : "", path + length) < 0)
    fail(STATUS_UNTRUSTED, "out of memory");
  return mapped;
}

/* Checks every folder and link on the way: whoever can change one of them decides which file is found at the end. */
static void check_way(const char *path) {
  // cppcheck-suppress ctunullpointer ; it does not see across files that fail() never returns
  char *part = strdup(path);
  if (!part) fail(STATUS_UNTRUSTED, "out of memory");
  // cppcheck-suppress nullPointerArithmeticOutOfMemory ; the same
  for (char *at = part + 1; (at = strchr(at, '/')) != NULL; *at++ = '/') {
    *at = 0;
    char *real = realpath(part, NULL);
    if (!real) fail(STATUS_DAMAGED, "the image requires \"%s\": %s", path, strerror(errno));
    close(open_folder_above(real));
    free(real);
  }
  free(part);
}

static bool same_folder(const char *a, const char *b) {
  size_t length = (size_t)(strrchr(a, '/') - a);
  return length == (size_t)(strrchr(b, '/') - b) && !strncmp(a, b, length);
}

/* Compares the files that are open, and closes them. */
static void compare_open(struct work *work) {
  atomic_store(&work->next, 0);
  run_all(work);
  for (size_t i = 0; i < work->count; i++) {
    if (!work->pieces[i].good)
      fail(STATUS_DAMAGED, "\"%s\" is not the file that the image requires: it has another content", work->pieces[i].name);
    close(work->pieces[i].fd);
  }
  work->count = 0;
}

/* Compares the sizes and, some files at a time, the contents: an image may require more files than this process may have open. */
static void compare_required(struct work *work, const struct manifest *manifest, char **maps, int map_count) {
  char *before = NULL;
  for (size_t i = 0; i < manifest->required_count; i++) {
    const struct manifest_required *file = &manifest->required[i];
    char *path = map_path(file->path, maps, map_count);
    if (!before || !same_folder(before, path)) check_way(path);
    char *real = realpath(path, NULL);
    if (!real) fail(STATUS_DAMAGED, "the image requires \"%s\": %s", path, strerror(errno));
    struct piece piece = {.name = path, .fd = open_safely(real, O_RDONLY | O_NONBLOCK), .length = file->size};
    struct stat status;
    if (fstat(piece.fd, &status) || !S_ISREG(status.st_mode) || (uint64_t)status.st_size != file->size)
      fail(STATUS_DAMAGED, "\"%s\" is not the file that the image requires: it has another size", path);
    memcpy(piece.expected, file->digest, DIGEST);
    add_piece(work, &piece);
    free(real);
    before = path;
    if (work->count == OPEN_FILES) compare_open(work);
  }
  compare_open(work);
}

void check_required(const struct manifest *manifest, char **maps, int map_count) {
  struct work work = {.algorithm = EVP_MD_fetch(NULL, "SHA256", NULL)};
  if (!work.algorithm) fail(STATUS_UNTRUSTED, "libcrypto does not work");
  compare_required(&work, manifest, maps, map_count);
  free(work.pieces);
  EVP_MD_free(work.algorithm);
}

static void report(const struct work *work) {
  const struct piece *first = NULL;
  size_t bad = 0;
  for (size_t i = 0; i < work->count; i++) {
    if (work->pieces[i].good) continue;
    if (!first) first = &work->pieces[i];
    bad++;
  }
  if (!first) return;
  if (strcmp(first->name, MEMORY_FILE)) fail(STATUS_DAMAGED, "its file \"%s\" is damaged", first->name);
  fail(STATUS_DAMAGED, "its file \"%s\" is damaged in the block at %llu (%zu in all)", first->name,
       (unsigned long long)first->offset, bad);
}

/* Reads the digests of the memory once. They are checked and used from this process's own memory. */
struct content read_digests(int folder, const struct manifest *manifest) {
  const struct manifest_file *file = find_file(manifest, DIGESTS_FILE);
  uint8_t digest[DIGEST];
  int fd = open_sized(folder, file);
  struct content digests = read_all(fd, DIGESTS_FILE, file->size);
  close(fd);
  if (digests.length != file->size || EVP_Digest(digests.bytes, digests.length, digest, NULL, EVP_sha256(), NULL) != 1 ||
      memcmp(digest, file->digest, DIGEST))
    fail(STATUS_DAMAGED, "its file \"%s\" is damaged", DIGESTS_FILE);
  return digests;
}

/* Returns true for files that are written after the signature: the signer writes two, and copies write a note that can only cause
 * an image to be refused. */
static bool is_beside(const char *name) {
  return !strcmp(name, "manifest") || !strcmp(name, "manifest.sig") || !strcmp(name, "written");
}

void check_closed(int folder, const struct manifest *manifest) {
  int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  if (!entries) fail(STATUS_UNTRUSTED, "its folder can't be listed: %s", strerror(errno));
  for (const struct dirent *entry; (errno = 0, entry = readdir(entries)) != NULL;) {
    const char *name = entry->d_name;
    if (!strcmp(name, ".") || !strcmp(name, "..") || is_beside(name) || find_file(manifest, name)) continue;
    fail(STATUS_DAMAGED, "there is a file \"%s\" in it, which its manifest does not name", name);
  }
  if (errno) fail(STATUS_UNTRUSTED, "its folder can't be listed: %s", strerror(errno));
  closedir(entries);
}

void check_files(int folder, const struct manifest *manifest, const struct checked *checked) {
  struct work work = {.algorithm = EVP_MD_fetch(NULL, "SHA256", NULL)};
  static const char zeroes[BLOCK];
  if (!work.algorithm || EVP_Digest(zeroes, BLOCK, work.zeroes, NULL, work.algorithm, NULL) != 1)
    fail(STATUS_UNTRUSTED, "libcrypto does not work");
  struct content digests = read_digests(folder, manifest);
  for (size_t i = 0; i < manifest->count; i++) {
    const struct manifest_file *file = &manifest->files[i];
    struct piece piece = {.name = file->name, .length = file->size};
    if (!strcmp(file->name, DIGESTS_FILE)) continue;
    piece.fd = open_sized(folder, file);
    if (!strcmp(file->name, MEMORY_FILE)) {
      add_memory(&work, file, piece.fd, &digests, checked ? checked->blocks : NULL);
    } else if (!checked || !checked->files[i]) {
      memcpy(piece.expected, file->digest, DIGEST);
      add_piece(&work, &piece);
    }
  }
  run_all(&work);
  report(&work);
  free(work.pieces);
  free(digests.bytes);
  EVP_MD_free(work.algorithm);
}
