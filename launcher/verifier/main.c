/* crjvm-verify: checks without a JVM that somebody trusted has signed an image and that it is, byte by byte, as it was signed.
 * Starts that require a signature use it. Prints the image's path without symbolic links, or why the image must not be used. */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digests.h"
#include "fail.h"
#include "files.h"
#include "newest.h"
#include "signature.h"

enum { MANIFEST_SIZE = 64 << 20 };

static _Noreturn void end_usage(void) {
  fputs("usage: crjvm-verify [--manifest] [--map OLD=NEW]... [--no-older FILE [--note]] PUBLIC-KEY-FILE DIR\n", stderr);
  exit(STATUS_USAGE);
}

static struct content read_part(int folder, const char *name, size_t most) {
  uint64_t size;
  int fd = open_file(folder, name, &size);
  if (size > most) fail(STATUS_UNTRUSTED, "its file \"%s\" is too large", name);
  struct content content = read_all(fd, name, (size_t)size);
  close(fd);
  return content;
}

int main(int argc, char **argv) {
  bool only_manifest = false, notes = false;
  char **maps = calloc((size_t)argc, sizeof *maps);
  const char *newest = NULL;
  int map_count = 0, next = 1;
  if (!maps) fail(STATUS_UNTRUSTED, "out of memory");
  for (; next < argc && !strncmp(argv[next], "--", 2); next++) {
    if (!strcmp(argv[next], "--manifest")) only_manifest = true;
    else if (!strcmp(argv[next], "--note")) notes = true;
    else if (!strcmp(argv[next], "--map") && next + 1 < argc && *argv[next + 1] == '/' && strchr(argv[next + 1], '='))
      maps[map_count++] = argv[++next];
    else if (!strcmp(argv[next], "--no-older") && next + 1 < argc) newest = argv[++next];
    else end_usage();
  }
  if (argc != next + 2) end_usage();
  const char *key_file = argv[next], *image = argv[next + 1];
  /* libcrypto reads neither a configuration file nor a module that one names. */
  if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL))
    fail(STATUS_UNTRUSTED, "libcrypto does not work");

  char *path = realpath(image, NULL);
  if (!path) fail(STATUS_UNTRUSTED, "there is no \"%s\"", image);
  int folder = open_safely(path, O_PATH | O_DIRECTORY);
  if (faccessat(folder, "manifest.sig", F_OK, 0)) fail(STATUS_UNTRUSTED, "it is not signed");
  struct content manifest = read_part(folder, "manifest", MANIFEST_SIZE);
  struct content signature = read_part(folder, "manifest.sig", SIGNATURE_SIZE);
  check_signature(key_file, image, &manifest, &signature);

  struct manifest files = {.files = calloc(MANIFEST_FILES, sizeof *files.files),
                           .required = calloc(MANIFEST_REQUIRED, sizeof *files.required)};
  if (!files.files || !files.required) fail(STATUS_UNTRUSTED, "out of memory");
  const char *wrong = parse_manifest(&files, manifest.bytes, manifest.length);
  if (wrong) fail(STATUS_UNTRUSTED, "its manifest is not of this version: %s", wrong);
  if (newest) check_newest(newest, files.created);
  if (!only_manifest) {
    check_files(folder, &files, NULL);
    check_closed(folder, &files);
    check_required(&files, maps, map_count);
  }
  if (newest && notes) note_newest(newest, files.created);
  say(path);
  free(maps);
  return 0;
}
