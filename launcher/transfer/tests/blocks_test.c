/* Tests the parser of what an artifact says about its blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int failures;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("blocks_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

static bool add(struct layer *layer, const char *line, bool several) { return add_block(layer, line, strlen(line), several); }

static bool is_good(const char *line, bool several) {
  struct layer layer = {.size = 1000};
  bool good = add(&layer, line, several);
  free(layer.blocks);
  return good;
}

static void test_good(void) {
  struct layer layer = {.size = 1000};
  CHECK(add(&layer, "memory 4096 70000 " HEX " 10 90", true));
  CHECK(!strcmp(layer.file, "memory") && layer.count == 1);
  CHECK(layer.blocks[0].offset == 4096 && layer.blocks[0].length == 70000);
  CHECK(layer.blocks[0].at == 10 && layer.blocks[0].size == 90);
  CHECK(layer.blocks[0].digest[0] == 0x01 && layer.blocks[0].digest[31] == 0xef);
  CHECK(add(&layer, "memory 80000 1 " HEX " 990 10", true));
  CHECK(content_length(&layer) == 70001);
  free(layer.blocks);
  struct layer single = {.size = 1000};
  CHECK(add(&single, "file-3 0 4096 " HEX, false));
  CHECK(single.blocks[0].at == 0 && single.blocks[0].size == 1000);
  free(single.blocks);
}

static void test_wrong(void) {
  static const char *const LINES[] = {"",
                                      "memory 0 1",
                                      "memory 0 1 abc 0 1",
                                      "../memory 0 1 " HEX " 0 1",
                                      ".hidden 0 1 " HEX " 0 1",
                                      "-x 0 1 " HEX " 0 1",
                                      "a/b 0 1 " HEX " 0 1",
                                      "memory -1 1 " HEX " 0 1",
                                      "memory 0 0 " HEX " 0 1",
                                      "memory 0 33554433 " HEX " 0 1",
                                      "memory 1234567890123456789 1 " HEX " 0 1",
                                      "memory 0 1 " HEX,
                                      "memory 0 1 " HEX " 0",
                                      "memory 0 1 " HEX " 0 0",
                                      "memory 0 1 " HEX " 0 66",
                                      "memory 0 4096 " HEX " 991 10",
                                      "memory 0 4096 " HEX " 0 10 ",
                                      "memory 0 4096 " HEX " 0 10x",
                                      "memory 0 4096 " HEX "0 0 10",
                                      "memory  0 4096 " HEX " 0 10",
                                      "memory 0 4096 X" HEX " 0 10"};
  for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
    if (is_good(LINES[i], true)) {
      printf("blocks_test: \"%s\" was taken\n", LINES[i]);
      failures++;
    }
  CHECK(!is_good("memory 0 4096 " HEX " 0 10", false));
  struct layer layer = {.size = 1000};
  CHECK(!add_block(&layer, "memory 0 4096 " HEX "\0 0 10", strlen(HEX) + 22, true));
  CHECK(add(&layer, "memory 0 20000000 " HEX " 0 10", true));
  CHECK(!add(&layer, "plan 20000000 1 " HEX " 0 10", true));
  CHECK(!add(&layer, "memory 20000000 20000000 " HEX " 0 10", true)); /* too much for the memory of a reader */
  free(layer.blocks);
}

static void test_overlap(void) {
  struct layer layers[2] = {{.size = 1000}, {.size = 1000}};
  CHECK(add(&layers[0], "memory 4096 4096 " HEX " 0 10", true));
  CHECK(add(&layers[1], "memory 0 4096 " HEX " 0 10", true));
  CHECK(are_disjoint(layers, 2));
  CHECK(add(&layers[1], "memory 8191 4096 " HEX " 0 10", true));
  CHECK(!are_disjoint(layers, 2));
  free(layers[0].blocks);
  free(layers[1].blocks);
}

static bool is_delta(const char *text) {
  struct layer layer = {.kind = LAYER_DELTA, .size = 700};
  bool good =
      add(&layer, "memory 4096 70000 " HEX, false) && add(&layer, "memory 80000 32000 " HEX, false) && read_delta(&layer, text);
  free(layer.blocks);
  return good;
}

static void test_delta(void) {
  CHECK(is_delta("1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9"));
  static const char *const TEXTS[] = {"",
                                      "1000 32768 40000 3",
                                      "0 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
                                      "1073741825 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
                                      "1000 32768 4294967296 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9",
                                      "1000 32768 40000 3 100 102001 100 160 100 5 100 6 100 7 100 8 100 9",
                                      "1000 32768 40000 3 101 102000 100 160 100 5 100 6 100 7 100 8 100 9",
                                      "1000 32768 40000 3 100 102000 100 161 100 5 100 6 100 7 100 8 100 9",
                                      "1000 32768 40000 3 100 102000 100 160 100 26000 100 6 100 7 100 8 100 9",
                                      "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 9 ",
                                      "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100 -9",
                                      "1000 32768 40000 3 100 102000 100 160 100 5 100 6 100 7 100 8 100"};
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
    if (is_delta(TEXTS[i])) {
      printf("blocks_test: \"%s\" was taken\n", TEXTS[i]);
      failures++;
    }
  struct layer layer = {.kind = LAYER_DELTA, .size = 700};
  CHECK(!add(&layer, "memory 0 4096 " HEX " 0 10", false));
  for (int i = 0; i < 32; i++) {
    char line[256];
    snprintf(line, sizeof line, "memory %d 33554432 " HEX, i * 33);
    CHECK(add(&layer, line, false));
  }
  CHECK(!add(&layer, "memory 9999999999 1 " HEX, false)); /* more than a reader makes room for */
  free(layer.blocks);
  struct layer layers[2] = {{.kind = LAYER_BASE, .size = 1000}, {.size = 1000}};
  CHECK(add(&layers[0], "memory 0 4096 " HEX " 0 10", true) && add(&layers[1], "memory 0 4096 " HEX " 0 10", true));
  CHECK(are_disjoint(layers, 2)); /* a base is another image */
  free(layers[0].blocks);
  free(layers[1].blocks);
}

int main(void) {
  test_delta();
  test_good();
  test_wrong();
  test_overlap();
  if (failures) return 1;
  puts("blocks_test: passed");
  return 0;
}
