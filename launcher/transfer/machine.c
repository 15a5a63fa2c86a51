/* Chooses the checkpoint that fits this machine: its kind, its processor and its JDKs, as class Machine does. */
#include "machine.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "give_up.h"
#include "text.h"

static const struct {
  const char *title, *kernel_name, *container_name;
} MACHINES[] = {
#define MACHINE(number, name, kernel_name, container_name, processor_size) {name, kernel_name, container_name},
#include "plan_machines.h"
#undef MACHINE
};

const char *find_first_machine(void) { return MACHINES[0].kernel_name; }

const char *find_container_name(const char *machine) {
  for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++)
    if (!strcmp(MACHINES[i].kernel_name, machine)) return MACHINES[i].container_name;
  return NULL;
}

const char *find_machine_title(const char *machine) {
  for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++)
    if (!strcmp(MACHINES[i].kernel_name, machine)) return MACHINES[i].title;
  return machine;
}

static const char *find_own_machine(void) {
  static struct utsname name;
  if (uname(&name)) give_up("the kernel does not say which machine this is");
  return name.machine;
}

static bool is_own_machine(const struct variant *variant) { return !strcmp(variant->machine, find_own_machine()); }

static char *cpu_flags;

/* Reads the line of the kernel about the first processor, with a space before and after each word. The line's name depends on the
 * processor. */
static void read_flags(void) {
  FILE *file = fopen("/proc/cpuinfo", "re");
  char *line = NULL;
  size_t room = 0;
  if (!file) give_up("/proc/cpuinfo can't be read");
  while (!cpu_flags && getline(&line, &room, file) > 0) {
    const char *colon = strchr(line, ':');
    if ((!begins_with(line, "flags") && !begins_with(line, "Features")) || !colon) continue;
    cpu_flags = print_text("%.*s ", (int)strcspn(colon + 1, "\n"), colon + 1);
  }
  if (!cpu_flags) cpu_flags = print_text(" ");
  free(line);
  fclose(file);
}

static size_t next_word(const char **at) {
  *at += strspn(*at, " ");
  return strcspn(*at, " ");
}

static size_t count_words(const char *text) {
  size_t count = 0;
  for (size_t length; (length = next_word(&text)) > 0; text += length) count++;
  return count;
}

static bool has_features(const char *features) {
  if (!cpu_flags) read_flags();
  for (size_t length; (length = next_word(&features)) > 0; features += length) {
    char *word = print_text(" %.*s ", (int)length, features);
    bool has = strstr(cpu_flags, word);
    free(word);
    if (!has) return false;
  }
  return true;
}

/* The last file and its digest, because most variants have the same. */
static char *known;
static char known_digest[2 * EVP_MAX_MD_SIZE + 1];

/* Reads a library of some 20 MB, which takes about as long as several requests. */
static bool read_library(const char *path) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  struct stat status;
  int fd = *path == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
  if (fd < 0) return false;
  bool regular = !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size > 0;
  void *bytes = regular ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  close(fd);
  if (bytes == MAP_FAILED) return false;
  bool hashed = EVP_Digest(bytes, (size_t)status.st_size, digest, NULL, EVP_sha256(), NULL) == 1;
  munmap(bytes, (size_t)status.st_size);
  if (!hashed) return false;
  format_digest(digest, known_digest);
  free(known);
  known = print_text("%s", path);
  return true;
}

static pthread_t reader;
static char *being_read, *supposed_library, *supposed_digest;
static _Atomic bool is_read;

static void *read_beside(void *path) {
  read_library(path);
  is_read = true;
  return NULL;
}

static bool has_library(const char *path, const char *expected) {
  if (being_read) pthread_join(reader, NULL), being_read = NULL;
  bool is_known = (known && !strcmp(known, path)) || read_library(path);
  return is_known && !strcmp(known_digest, expected);
}

bool fits_machine(const struct variant *variant) {
  return is_own_machine(variant) && has_features(variant->features) && has_library(variant->library, variant->digest);
}

bool may_fit_machine(const struct variant *variant) {
  if (!is_own_machine(variant) || !has_features(variant->features)) return false;
  supposed_library = print_text("%s", variant->library);
  supposed_digest = print_text("%s", variant->digest);
  if (!pthread_create(&reader, NULL, read_beside, supposed_library)) being_read = supposed_library;
  return true;
}

bool is_as_supposed(const struct variant *variant) {
  return supposed_library && is_own_machine(variant) && has_features(variant->features) &&
         !strcmp(variant->library, supposed_library) && !strcmp(variant->digest, supposed_digest);
}

bool is_misfit(void) { return is_read && !fits_as_supposed(); }

bool fits_as_supposed(void) { return !supposed_library || has_library(supposed_library, supposed_digest); }

bool choose_variant(const struct variant *variants, size_t count, size_t *chosen) {
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    if (found && count_words(variants[i].features) < count_words(variants[*chosen].features)) continue;
    if (!fits_machine(&variants[i])) continue;
    *chosen = i;
    found = true;
  }
  return found;
}

static bool is_named_before(const struct variant *variants, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (!strcmp(variants[i].machine, variants[index].machine)) return true;
  return false;
}

void refuse_variants(const struct variant *variants, size_t count) {
  char *names = print_text("%s", "");
  for (size_t i = 0; i < count; i++) {
    if (is_own_machine(&variants[i])) give_up("no variant fits this machine");
    if (is_named_before(variants, i)) continue;
    char *more = print_text("%s%s%s", names, i ? " and " : "", find_machine_title(variants[i].machine));
    free(names);
    names = more;
  }
  give_up("no variant fits this machine: it is %s, and they are for %s", find_machine_title(find_own_machine()), names);
}
