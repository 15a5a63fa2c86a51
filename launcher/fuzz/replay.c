/* Runs a fuzz target on every file of a folder without a fuzzer, so that the corpus is an ordinary test. */
#include <dirent.h>

#include "fuzz.h"

/* The replay never changes an input, so this is never called. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room) {
  (void)data, (void)room;
  return size;
}

static void run_file(const char *folder, const char *name) {
  enum { ROOM = 1 << 20 };
  static uint8_t bytes[ROOM];
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) abort();
  size_t size = fread(bytes, 1, ROOM, file);
  fclose(file);
  ALWAYS(LLVMFuzzerTestOneInput(bytes, size) == 0);
}

int main(int argc, char **argv) {
  int count = 0;
  DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
  if (!folder) {
    fprintf(stderr, "there is no corpus \"%s\"\n", argc == 2 ? argv[1] : "");
    return 1;
  }
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    run_file(argv[1], entry->d_name);
    count++;
  }
  closedir(folder);
  printf("replay of %s: %d passed, 0 failed\n", argv[1], count);
  return count == 0;
}
