/* Tests where a file is cut into blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut.h"

enum { PAGE = 4096, PAGES = 4000 };

static int failures;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("cut_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

static void fill(uint8_t *bytes, size_t length) {
  uint32_t state = 1;
  for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
}

/* Returns how many of the blocks of one content are in another one. */
static size_t count_equal(const uint8_t *one, const struct span *ones, size_t one_count, const uint8_t *other,
                          const struct span *others, size_t other_count) {
  size_t equal = 0;
  for (size_t i = 0; i < one_count; i++)
    for (size_t j = 0; j < other_count; j++)
      if (ones[i].length == others[j].length && !memcmp(one + ones[i].offset, other + others[j].offset, ones[i].length)) {
        equal++;
        break;
      }
  return equal;
}

static void test_moved(void) {
  static uint8_t content[PAGES * PAGE], moved[(PAGES + 3) * PAGE];
  size_t count, moved_count;
  fill(content, sizeof content);
  memset(moved, 7, 3ul * PAGE);
  memcpy(moved + 3ul * PAGE, content, sizeof content);
  struct span *spans = cut_content(content, sizeof content, &count), *others = cut_content(moved, sizeof moved, &moved_count);
  CHECK(count > PAGES / 200 && count < PAGES / 16);
  CHECK(count_equal(content, spans, count, moved, others, moved_count) >= count - 1);
  uint64_t end = 0;
  for (size_t i = 0; i < count; i++) {
    CHECK(spans[i].offset == end);
    end = spans[i].offset + spans[i].length;
  }
  CHECK(end == sizeof content);
  free(spans);
  free(others);
}

static void test_holes(void) {
  static uint8_t content[100 * PAGE + 10];
  size_t count;
  struct span *spans = cut_content(content, sizeof content, &count);
  CHECK(count == 0);
  free(spans);
  content[50 * PAGE] = 1;
  content[100 * PAGE + 9] = 1;
  spans = cut_content(content, sizeof content, &count);
  CHECK(count == 2 && spans[0].offset == 50ul * PAGE && spans[0].length == PAGE);
  CHECK(spans[1].offset == 100ul * PAGE && spans[1].length == 10);
  free(spans);
}

int main(void) {
  test_moved();
  test_holes();
  if (failures) return 1;
  puts("cut_test: passed");
  return 0;
}
