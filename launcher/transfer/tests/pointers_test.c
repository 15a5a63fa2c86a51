/* Tests that pointers come back, and that wrong streams are refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pointers.h"

enum { WORDS = 20000, MOVED = 0x3000, LOW = 0xd0000000, HIGH = 0xd1000000 };

static int failures;
static uint64_t seed = 7;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("pointers_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

static uint64_t draw(uint64_t end) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (seed >> 33) % end;
}

/* Fills a memory with objects: a number, a pointer to another object, two compressed pointers, zeroes. */
static void make_objects(uint64_t *words, uint64_t address) {
  for (size_t i = 0; i < WORDS; i++) words[i] = 0;
  for (size_t i = 0; i + 4 <= WORDS; i += 4) {
    words[i] = draw(1 << 20);
    words[i + 1] = address + draw(WORDS) * 8;
    words[i + 2] = (LOW + draw(HIGH - LOW)) | (uint64_t)(LOW + draw(HIGH - LOW)) << 32;
  }
}

/* The same objects in another order, at another address. */
static void move_objects(const uint64_t *words, uint64_t *to) {
  for (size_t i = 0; i + 4 <= WORDS; i += 4) {
    size_t from = (i + MOVED) % WORDS;
    memcpy(to + i, words + from, 4 * sizeof *to);
    if (to[i + 1]) to[i + 1] += 0x10000000;
  }
}

struct coded {
  struct stream streams[POINTER_STREAMS];
};

static struct coded code(const struct pointer_rules *rules, const uint64_t *base, const uint64_t *content) {
  struct coded coded = {0};
  uint64_t slots = count_slots(rules, content, WORDS);
  for (int i = 0; i < POINTER_STREAMS; i++) coded.streams[i].bytes = malloc(8 * slots + 1);
  CHECK(code_pointers(rules, base, WORDS, content, WORDS, coded.streams));
  CHECK(coded.streams[SYMBOLS].length == slots);
  return coded;
}

static void release(struct coded *coded) {
  for (int i = 0; i < POINTER_STREAMS; i++) free(coded->streams[i].bytes);
}

static bool restore(const struct pointer_rules *rules, const uint64_t *base, const uint64_t *content, struct coded *coded,
                    uint64_t *restored) {
  mask_pointers(rules, content, restored, WORDS);
  for (int i = 0; i < POINTER_STREAMS; i++) coded->streams[i].at = 0;
  return restore_pointers(rules, base, WORDS, restored, WORDS, coded->streams);
}

int main(void) {
  static uint64_t base[WORDS], content[WORDS], restored[WORDS];
  struct address_run runs[] = {{0, 0x7f0010000000}, {WORDS / 2, 0x7f0050000000}};
  struct pointer_rules rules = {LOW, HIGH, 3, runs, 2};
  make_objects(base, 0x7f0000000000);
  move_objects(base, content);
  CHECK(are_valid(&rules));
  struct coded coded = code(&rules, base, content);
  CHECK(restore(&rules, base, content, &coded, restored) && !memcmp(restored, content, sizeof content));
  /* Most objects have been there. */
  CHECK(coded.streams[FAR].length < coded.streams[SYMBOLS].length);
  for (int i = 0; i < POINTER_STREAMS; i++) {
    if (!coded.streams[i].length) continue;
    coded.streams[i].length--;
    CHECK(!restore(&rules, base, content, &coded, restored));
    coded.streams[i].length += 2;
    CHECK(!restore(&rules, base, content, &coded, restored));
    coded.streams[i].length--;
  }
  coded.streams[SYMBOLS].bytes[100] = 9;
  CHECK(!restore(&rules, base, content, &coded, restored));
  release(&coded);
  coded = code(&rules, content, base);
  CHECK(restore(&rules, content, base, &coded, restored) && !memcmp(restored, base, sizeof base));
  /* Another base gives something else, or nothing. */
  memset(restored, 0, sizeof restored);
  CHECK(!restore(&rules, restored, base, &coded, content) || memcmp(content, base, sizeof base));
  release(&coded);
  CHECK(!are_valid(&(struct pointer_rules){.low = HIGH, .high = LOW}));
  CHECK(!are_valid(&(struct pointer_rules){.low = 0x7fff, .high = HIGH}));
  CHECK(!are_valid(&(struct pointer_rules){.low = LOW, .high = HIGH, .shift = 4}));
  runs[1].position = 0;
  CHECK(!are_valid(&rules));
  if (failures) return 1;
  puts("pointers_test: passed");
  return 0;
}
