/* Tests that plans are read wherever their sections are, which depends on the machine that the image is for. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_plan.h"

static int failures;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("image_plan_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

enum { PROCESSOR_AT = offsetof(struct plan_header, processor) };

static size_t write_word(char *bytes, size_t at, uint64_t word, size_t length) {
  memcpy(bytes + at, &word, length);
  return at + length;
}

/* Writes a plan with one area as the compiler does. The numbers are those of docs/image-format.md. */
static struct content make_plan(uint32_t machine, size_t sections_at) {
  enum { AREAS = 3 };
  size_t end = sections_at + PLAN_SECTIONS * sizeof(struct plan_section), length = end + sizeof(struct plan_area);
  char *bytes = calloc(1, length);
  memcpy(bytes, PLAN_MAGIC, 8);
  write_word(bytes, 8, PLAN_VERSION, 4);
  write_word(bytes, 40, 4096, 8);
  write_word(bytes, 48, machine, 4);
  size_t layout = sections_at - 11 * 8;
  write_word(bytes, layout - 8, 4711, 4);        /* dumped_pid */
  write_word(bytes, layout - 40, 0xd0000000, 8); /* heap_start */
  write_word(bytes, layout - 32, 0xe0000000, 8); /* heap_end */
  size_t at = write_word(bytes, sections_at + AREAS * sizeof(struct plan_section), 1, 4);
  at = write_word(bytes, at, sizeof(struct plan_area), 4);
  write_word(bytes, at, end, 8);
  write_word(bytes, end, 0xd0000000, 8);
  return (struct content){bytes, length};
}

static void check_plan_of(uint32_t machine, size_t sections_at) {
  struct content plan = make_plan(machine, sections_at);
  struct plan_header header;
  uint32_t count;
  CHECK(parse_header(&plan, &header));
  CHECK(header.machine == machine && header.memory_size == 4096 && header.dumped_pid == 4711);
  CHECK(header.heap_start == 0xd0000000 && header.heap_end == 0xe0000000);
  const struct plan_area *areas = find_section(&plan, PLAN_AREAS, sizeof *areas, &count);
  CHECK(count == 1 && areas->start == 0xd0000000);
  for (plan.length = 0; plan.length < sections_at + PLAN_SECTIONS * sizeof(struct plan_section); plan.length++) {
    char *exact = malloc(plan.length + 1);
    memcpy(exact, plan.bytes, plan.length);
    CHECK(!parse_header(&(struct content){exact, plan.length}, &header));
    free(exact);
  }
  free(plan.bytes);
}

static void test_refusals(void) {
  struct plan_header header;
  struct content plan = make_plan(40, 368);
  CHECK(!parse_header(&plan, &header));
  write_word(plan.bytes, 48, 62, 4);
  CHECK(parse_header(&plan, &header));
  write_word(plan.bytes, 8, PLAN_VERSION - 1, 4);
  CHECK(!parse_header(&plan, &header));
  free(plan.bytes);
}

int main(void) {
  CHECK(PROCESSOR_AT == 64);
  check_plan_of(62, 368); /* plan_machines.h has these machines */
  check_plan_of(183, 440);
  test_refusals();
  if (failures) return 1;
  puts("image_plan_test: passed");
  return 0;
}
