/* Parses addresses and writes them again, which has to give the same address. It also reads socket addresses of any length. */
#include "address.h"
#include "fuzz.h"

static void look_at_text(const char *text, size_t size) {
  struct endpoint at, again;
  char written[128] = "";
  struct text line = TEXT(written);
  if (!parse_endpoint(text, text + size, &at)) return;
  append_endpoint(&line, &at);
  ALWAYS(parse_endpoint(written, written + line.length, &again));
  ALWAYS(again.port == at.port && again.any == at.any && !memcmp(again.ip, at.ip, sizeof at.ip));
  ALWAYS(at.any || same_endpoint(&at, &again));
}

static void look_at_bytes(const unsigned char *bytes, size_t size) {
  struct endpoint at, again;
  unsigned char copy[128] = {0};
  if (size > sizeof copy || !read_endpoint(bytes, (uint32_t)size, &at)) return;
  memcpy(copy, bytes, size);
  ALWAYS(write_endpoint(copy, &at));
  ALWAYS(read_endpoint(copy, (uint32_t)size, &again) && same_endpoint(&at, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *copy = exact_copy(data, size);
  look_at_text(copy, size);
  look_at_bytes((const unsigned char *)copy, size);
  free(copy);
  return 0;
}
