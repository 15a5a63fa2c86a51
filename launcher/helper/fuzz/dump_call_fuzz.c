/* Parses the helper's arguments, which come from a command line or in a dump call to the service. */
#include <limits.h>

#include "arguments.h"
#include "fuzz.h"
#include "service.h"

/* The word after the option has to consist of decimal digits and to have the value that was read. */
static void look_at_number(char **words, const char *option, int value, int lowest, int highest) {
  char text[16];
  ALWAYS(value >= lowest && value <= highest);
  snprintf(text, sizeof text, "%d", value);
  for (int i = 1; words[i] != NULL; i += 2)
    if (strcmp(words[i], option) == 0) ALWAYS(strcmp(words[i + 1] + strspn(words[i + 1], "0"), value == 0 ? "" : text) == 0);
}

static void look_at(const struct arguments *arguments, char **words) {
  if (arguments->action != ACTION_DUMP) {
    ALWAYS(words[1] != NULL && words[2] == NULL);
    return;
  }
  look_at_number(words, "--pid", arguments->pid, 1, 4194304);
  look_at_number(words, "--report", arguments->report, 0, 1048576);
  look_at_number(words, "--time-limit", arguments->time_limit, 1, 3600);
  ALWAYS(arguments->images != NULL && arguments->images[0] == '/' && strlen(arguments->images) < PATH_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *call = exact_copy(data, size), *words[WORDS_MAX + 1];
  struct arguments arguments;
  struct reason why = {""};
  int count = split_dump_call(call, size, words);
  ALWAYS(count <= WORDS_MAX);
  if (count > 0) {
    bool accepted = parse_arguments(count, words, &arguments, &why);
    ALWAYS(accepted == (why.text[0] == '\0'));
    ALWAYS(strpbrk(why.text, "\n\r\033") == NULL);
    if (accepted) look_at(&arguments, words);
  }
  free(call);
  return 0;
}
