/* Tests the names of places in registries. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

static int failures;

#define CHECK(condition) \
  do \
    if (!(condition)) { \
      printf("place_test:%d: %s\n", __LINE__, #condition); \
      failures++; \
    } \
  while (0)

static bool is_place(const char *text) {
  struct place place = {0};
  bool is = read_place(&place, text);
  free(place.host);
  free(place.name);
  free(place.tag);
  return is;
}

static void test_places(void) {
  struct place place = {0};
  CHECK(read_place(&place, "oci://registry.example.com:5000/team/app_1:1.4-x"));
  CHECK(!strcmp(place.host, "registry.example.com:5000") && !strcmp(place.name, "team/app_1") && !strcmp(place.tag, "1.4-x"));
  free(place.host);
  free(place.name);
  free(place.tag);
  CHECK(is_place("oci://[::1]:5000/a:b"));
  CHECK(is_place("oci://localhost/a/b/c:latest"));
}

static void test_others(void) {
  static const char *const TEXTS[] = {
      "http://x/y:z",
      "oci://",
      "oci://host",
      "oci://host/name",
      "oci://host:5000/name",
      "oci:///name:tag",
      "oci://host:/name:tag",
      "oci://host:123456/name:tag",
      "oci://ho st/name:tag",
      "oci://user@host/name:tag",
      "oci://host/Name:tag",
      "oci://host//name:tag",
      "oci://host/name/:tag",
      "oci://host/-name:tag",
      "oci://host/../name:tag",
      "oci://host/name?x:tag",
      "oci://host/name:",
      "oci://host/name:.tag",
      "oci://host/name:t/g",
      "oci://[::1/name:tag",
      "oci://host/name@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "oci://host/name:tag@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "oci://docker.io/library/name:tag"};
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
    if (is_place(TEXTS[i])) {
      printf("place_test: \"%s\" was taken\n", TEXTS[i]);
      failures++;
    }
}

static void test_loopback(void) {
  static const char *const OWN[] = {"localhost", "localhost:5000", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:5000"};
  static const char *const OTHERS[] = {"localhost.test", "localhosts", "127.0.0.1.example.com", "127.0.0",
                                       "128.0.0.1",      "[::2]",      "127.0.0.1234"};
  for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) CHECK(is_loopback(OWN[i]));
  for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) CHECK(!is_loopback(OTHERS[i]));
}

int main(void) {
  test_places();
  test_others();
  test_loopback();
  if (failures) return 1;
  puts("place_test: passed");
  return 0;
}
