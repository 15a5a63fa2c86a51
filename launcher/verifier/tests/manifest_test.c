/* Tests the parser of the manifest's lines about files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int failures;
static struct manifest_file files[MANIFEST_FILES];
static struct manifest_required required[MANIFEST_REQUIRED];

static const char *parse(struct manifest *manifest, const char *text) {
  static char *copy;
  free(copy);
  copy = strdup(text);
  manifest->files = files;
  manifest->required = required;
  memset(files, 0, sizeof files);
  return parse_manifest(manifest, copy, strlen(copy));
}

static void expect(int line, const char *text, const char *wrong) {
  struct manifest manifest;
  const char *found = parse(&manifest, text);
  if (wrong ? found && strstr(found, wrong) : !found) return;
  printf("manifest_test:%d: \"%s\" instead of \"%s\"\n", line, found ? found : "fine", wrong ? wrong : "fine");
  failures++;
}

#define EXPECT(text, wrong) expect(__LINE__, text, wrong)
#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("manifest_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

#define GOOD \
  "format=1\nx=y\nfile=1048577 memory\nfile=130 memory.sha256\nfile=7 plan\nsha256=" HEX " memory.sha256\nsha256=" HEX " plan\n"

static void test_good(void) {
  struct manifest manifest;
  CHECK(!parse(&manifest, GOOD));
  CHECK(manifest.count == 3);
  const struct manifest_file *plan = find_file(&manifest, "plan");
  CHECK(plan && plan->size == 7 && plan->has_digest && plan->digest[0] == 0x01 && plan->digest[31] == 0xef);
  CHECK(!find_file(&manifest, "memory")->has_digest);
  CHECK(!find_file(&manifest, "other"));
  CHECK(!manifest.created && !parse(&manifest, GOOD "created=2026-01-02T03:04:05Z\n") &&
        !strcmp(manifest.created, "2026-01-02T03:04:05Z"));
}

static void test_wrong(void) {
  EXPECT("", "format");
  EXPECT("format=2\n", "format");
  EXPECT("format=1", "format");
  EXPECT("format=1\n", "no digests of the memory");
  EXPECT("format=1\nfile=1048577 memory\nfile=65 memory.sha256\nsha256=" HEX " memory.sha256\n", "no digests of the memory");
  EXPECT("format=1\nfile=1 memory\nfile=65 memory.sha256\nsha256=" HEX " memory.sha256\n", "does not name the plan");
  EXPECT(GOOD "file=3 file-1\n", "has no digest");
  EXPECT(GOOD "file=7 plan\n", "about a file");
  EXPECT(GOOD "file= plan2\n", "about a file");
  EXPECT(GOOD "file=7\n", "about a file");
  EXPECT(GOOD "file=7 \n", "about a file");
  EXPECT(GOOD "file=7 ../plan\n", "about a file");
  EXPECT(GOOD "file=7 .hidden\n", "about a file");
  EXPECT(GOOD "file=-7 a\n", "about a file");
  EXPECT(GOOD "file=1234567890123456789 a\n", "about a file");
  EXPECT(GOOD "sha256=" HEX " plan\n", "with a digest");
  EXPECT(GOOD "sha256=" HEX " other\n", "with a digest");
  EXPECT(GOOD "sha256=" HEX "\n", "with a digest");
  EXPECT(GOOD "sha256=0123\n", "with a digest");
  EXPECT(GOOD "file=0 a\nsha256=" HEX "0 a\n", "with a digest");
  EXPECT(GOOD "file=0 a\nsha256=" HEX " a", NULL);
}

static void test_required(void) {
  struct manifest manifest;
  CHECK(!parse(&manifest, GOOD "requires=" HEX " 12 /lib/a\\\\b\\nc d\nrequires=" HEX " 0 /x\n"));
  CHECK(manifest.required_count == 2 && manifest.required[0].size == 12 && manifest.required[0].digest[31] == 0xef);
  CHECK(!strcmp(manifest.required[0].path, "/lib/a\\b\nc d") && !strcmp(manifest.required[1].path, "/x"));
  EXPECT(GOOD "requires=" HEX " 12 lib/a\n", "requires is wrong");
  EXPECT(GOOD "requires=" HEX " /lib/a\n", "requires is wrong");
  EXPECT(GOOD "requires=12 /lib/a\n", "requires is wrong");
}

static void test_bytes(void) {
  struct manifest manifest = {.files = files, .required = required};
  char nul[] = "format=1\n\0file=7 plan\n";
  CHECK(parse_manifest(&manifest, nul, sizeof nul - 1));
  CHECK(count_blocks(0) == 0 && count_blocks(1) == 1 && count_blocks(BLOCK) == 1 && count_blocks(BLOCK + 1) == 2);
}

static void test_too_many(void) {
  struct manifest manifest;
  size_t room = (MANIFEST_FILES + 2) * 16 + 16;
  char *text = malloc(room), *at = text;
  at += sprintf(at, "format=1\n");
  for (int i = 0; i <= MANIFEST_FILES; i++) at += sprintf(at, "file=1 f%d\n", i);
  const char *wrong = parse(&manifest, text);
  CHECK(wrong && strstr(wrong, "too many"));
  free(text);
}

int main(void) {
  test_good();
  test_wrong();
  test_required();
  test_bytes();
  test_too_many();
  if (failures) return 1;
  puts("manifest_test: passed");
  return 0;
}
