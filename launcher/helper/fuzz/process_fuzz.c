/* Reads the process status of /proc. Each value that the parser returns has to be in the input as a whole line, written as the
 * kernel writes it. */
#include <ctype.h>
#include <errno.h>

#include "fuzz.h"
#include "obstacles.h"
#include "target.h"

/* Looks for the line in another way than the parser: strtoull reads each number to its end, and a tab precedes each. */
static int count_numbers(const char *text, const char *name, int base, unsigned long long *numbers, int room) {
  const char *line = text;
  int count = 0;
  char *end;
  while (line != NULL && strncmp(line, name, strlen(name)) != 0) {
    line = strchr(line, '\n');
    line += line != NULL;
  }
  ALWAYS(line != NULL);
  for (line += strlen(name); *line == '\t'; line = end) {
    ALWAYS(count < room && isxdigit((unsigned char)line[1]));
    errno = 0;
    numbers[count++] = strtoull(line + 1, &end, base);
    ALWAYS(errno == 0);
  }
  ALWAYS(*line == '\n');
  return count;
}

static void look_at_ids(const char *text, const char *name, const unsigned ids[4]) {
  unsigned long long numbers[4];
  ALWAYS(count_numbers(text, name, 10, numbers, 4) == 4);
  for (int i = 0; i < 4; i++) ALWAYS(numbers[i] == ids[i]);
}

static void look_at(const char *text, const struct process_status *status) {
  unsigned long long numbers[64];
  int count;
  look_at_ids(text, "Uid:", status->uids);
  look_at_ids(text, "Gid:", status->gids);
  ALWAYS(count_numbers(text, "TracerPid:", 10, numbers, 1) == 1 && numbers[0] == (unsigned)status->tracer);
  ALWAYS(count_numbers(text, "CapPrm:", 16, numbers, 1) == 1 && numbers[0] == status->permitted);
  count = count_numbers(text, "NSpid:", 10, numbers, 64);
  ALWAYS(count > 0 && numbers[count - 1] == (unsigned)status->innermost_pid);
  ALWAYS(status->innermost_pid >= 0 && status->tracer >= 0 && status->seccomp >= 0 && status->seccomp_filters >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = exact_string(data, size);
  struct process_status status;
  if (parse_status(text, &status)) look_at(text, &status);
  if (maps_all_users(text)) ALWAYS(strstr(text, " 4294967295\n") != NULL);
  free(text);
  return 0;
}
