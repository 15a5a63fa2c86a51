/* Parses the restorer's command line, in which each word ends with a NUL. */
#include "fuzz.h"
#include "options.h"

enum { WORDS = 256 };

/* Every pointer leads into the words, so the sanitizer sees a read beyond them. */
static void look_at(struct options *options, int argc) {
  ALWAYS(options->image || options->version);
  ALWAYS(options->listen_count <= OPTION_LISTENS && options->map_count <= OPTION_MAPS);
  ALWAYS(options->vm_option_count <= OPTION_VM_OPTIONS && options->property_count < argc);
  ALWAYS(options->argument_count >= 0 && options->argument_count < argc);
  ALWAYS(!options->has_command == !options->command && (!options->command || options->command[0]));
  ALWAYS(!options->command || (options->arguments > options->command && !options->arguments[options->argument_count]));
  ALWAYS(!options->command || options->keep_arguments == !options->has_arguments);
  for (int i = 0; i < options->property_count; i++) ALWAYS(options->properties[i][0] && options->properties[i][0] != '=');
  for (int i = 0; i < options->vm_option_count; i++) ALWAYS(strchr(options->vm_options[i], '=') > options->vm_options[i]);
  for (int i = 0; i < options->argument_count; i++) ALWAYS(strlen(options->arguments[i]) < 1 << 20);
  for (int i = 0; i < options->listen_count; i++) {
    struct endpoint at = options->listens[i].from;
    ALWAYS(at.port && (options->listens[i].transports[0] || options->listens[i].transports[1]));
    at.any = false;
    enum transport transport = options->listens[i].transports[TRANSPORT_TCP] ? TRANSPORT_TCP : TRANSPORT_UDP;
    ALWAYS(find_listen(options, &at, transport) && find_listen(options, &at, transport) <= &options->listens[i]);
  }
  for (int i = 0; i < options->map_count; i++) {
    const struct path_map *map = &options->maps[i], *found;
    char *path = exact_string(map->from, map->from_length);
    ALWAYS(*path == '/' && *map->to == '/' && !strchr(path, '='));
    found = find_map(options, path);
    ALWAYS(found && found->from_length >= map->from_length);
    free(path);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct options options;
  static char name[] = "crjvm-restore";
  char *words[WORDS + 1] = {name}, *slots[WORDS] = {NULL}, message[512] = "";
  struct text why = TEXT(message);
  char *text = exact_string(data, size);
  int argc = 1 + split_words(text, size, words + 1, WORDS - 1);
  memset(&options, 0, sizeof options);
  bool accepted = parse_options(&options, argc, words, slots, &why);
  ALWAYS(accepted == !message[0]);
  if (accepted) look_at(&options, argc);
  free(text);
  return 0;
}
