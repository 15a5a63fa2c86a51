/* Reads criu's log, which contains names of the caller's files. The reported text has to be one line of bounded length. */
#include <stdbool.h>

#include "die.h"
#include "fuzz.h"
#include "images.h"

static void look_at(bool found, const struct reason *why) {
  ALWAYS(found || why->text[0] == '\0');
  ALWAYS(memchr(why->text, '\0', sizeof why->text) != NULL);
  for (const char *c = why->text; *c != '\0'; c++) ALWAYS((unsigned char)*c >= ' ' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *log = exact_string(data, size);
  struct reason error = {""}, output = {""};
  look_at(find_error_line(log, &error), &error);
  look_at(find_output_line(log, &output), &output);
  free(log);
  return 0;
}
