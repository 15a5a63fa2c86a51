/* Each connection carries one dump call: the service's key, then the helper's arguments, each with its NUL. The answer has the
 * exit status and the text to print. */
#include "service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "arguments.h"
#include "dump.h"
#include "obstacles.h"

enum { TIME_LIMIT_S = 15 };

struct answer {
  int status;
  char text[OBSTACLES_MAX * sizeof(struct reason)];
};

/* Makes a socket address of the name, which precedes the key in a contact. Abstract names begin with a NUL. */
static socklen_t make_address(const char *contact, struct sockaddr_un *address) {
  size_t length = strcspn(contact, ".");
  if (length > sizeof address->sun_path - 1) length = sizeof address->sun_path - 1;
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  memcpy(address->sun_path + 1, contact, length);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

/* Returns the key, or "" if the contact has none. */
static const char *find_key(const char *contact) {
  const char *dot = strchr(contact, '.');
  return dot ? dot + 1 : "";
}

bool open_service(struct service *service) {
  struct sockaddr_un address;
  uint64_t random[3];
  if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return false;
  snprintf(service->contact, sizeof service->contact, "crjvm-%016lx.%016lx%016lx", random[0], random[1], random[2]);
  service->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  return service->socket >= 0 &&
         bind(service->socket, (struct sockaddr *)&address, make_address(service->contact, &address)) == 0 &&
         listen(service->socket, 8) == 0;
}

static void limit_waiting(int connection) {
  const struct timeval limit = {.tv_sec = TIME_LIMIT_S};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* Returns the peer's process id, or -1 if the peer belongs to another user. A user namespace shows every user that it does not
 * know as nobody, so this check alone proves nothing. */
static pid_t find_own_peer(int connection) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == getuid() ? peer.pid : -1;
}

/* The helper that asked is the JVM's child. criu would dump it as well, even while it only waits to be reaped. */
static bool wait_until_gone(pid_t helper) {
  for (int waited = 0; waited < TIME_LIMIT_S * 1000; waited++) {
    if (kill(helper, 0) != 0 && errno == ESRCH) return true;
    poll(NULL, 0, 1);
  }
  return false;
}

int split_dump_call(char *call, size_t length, char *words[WORDS_MAX + 1]) {
  static char name[] = "crjvm-helper";
  int count = 0;
  if (length == 0 || length >= DUMP_CALL_MAX || call[length - 1] != '\0') return 0;
  words[count++] = name;
  for (char *word = call; word < call + length; word += strlen(word) + 1) {
    if (count == WORDS_MAX) return 0;
    words[count++] = word;
  }
  words[count] = NULL;
  return count;
}

/* Always compares the whole key, so that the time it takes reveals nothing. */
static bool has_key(const char *call, size_t length, const char *key) {
  size_t size = strlen(key) + 1;
  unsigned char difference = 0;
  if (length < size) return false;
  for (size_t i = 0; i < size; i++) difference |= (unsigned char)(call[i] ^ key[i]);
  return difference == 0;
}

/* Returns a negative number if the peer does not know the key, and 0 if the message is not a dump call. */
static int receive_words(int connection, const char *key, char call[DUMP_CALL_MAX], char *words[WORDS_MAX + 1]) {
  ssize_t length = recv(connection, call, DUMP_CALL_MAX, 0);
  size_t size = strlen(key) + 1;
  if (length < 0 || !has_key(call, (size_t)length, key)) return -1;
  return split_dump_call(call + size, (size_t)length - size, words);
}

static void check_machine(struct answer *answer) {
  struct reason found[OBSTACLES_MAX];
  int count = find_obstacles(found);
  size_t length = 0;
  answer->status = count == 0 ? EXIT_OK : EXIT_FAILED;
  for (int i = 0; i < count; i++)
    length += (size_t)snprintf(answer->text + length, sizeof answer->text - length, "%s\n", found[i].text);
}

/* Runs in a process that is not a descendant of the JVM. */
static _Noreturn void answer_dump_call(int connection, const char *key) {
  static char call[DUMP_CALL_MAX];
  static struct answer answer;
  static struct dump dump;
  char *words[WORDS_MAX + 1];
  struct arguments arguments = {.action = ACTION_HELP};
  struct reason why = {"it is not a dump call"};
  pid_t peer = find_own_peer(connection);
  int count;
  limit_waiting(connection);
  if (peer <= 0 || (count = receive_words(connection, key, call, words)) < 0) _exit(EXIT_FAILED);
  answer.status = EXIT_FAILED;
  if (count == 0 || !parse_arguments(count, words, &arguments, &why)) answer.status = EXIT_USAGE;
  else if (arguments.action == ACTION_CHECK) check_machine(&answer);
  else if (arguments.action == ACTION_DUMP && prepare_dump(&arguments, &dump, &why)) answer.status = EXIT_OK;
  if (answer.status != EXIT_OK && answer.text[0] == '\0') snprintf(answer.text, sizeof answer.text, "crjvm: %s\n", why.text);
  if (send(connection, &answer, offsetof(struct answer, text) + strlen(answer.text) + 1, MSG_NOSIGNAL) < 0) _exit(EXIT_FAILED);
  if (answer.status != EXIT_OK || arguments.action != ACTION_DUMP) _exit(EXIT_OK);
  close(connection);
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  if (detach_streams() && wait_until_gone(peer)) make_dump(&dump);
  _exit(EXIT_OK);
}

void serve_dump_call(const struct service *service) {
  int connection = accept4(service->socket, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0) return;
  if (fork() == 0) {
    close(service->socket);
    answer_dump_call(connection, find_key(service->contact));
  }
  close(connection);
}

static void add_word(char call[DUMP_CALL_MAX], size_t *length, const char *word) {
  size_t size = strlen(word) + 1;
  if (*length + size >= DUMP_CALL_MAX) die(EXIT_USAGE, "cannot ask the checkpoint service: the arguments are too long");
  memcpy(call + *length, word, size);
  *length += size;
}

int ask_service(const char *contact, int argc, char *const argv[]) {
  static char call[DUMP_CALL_MAX];
  static struct answer answer;
  struct sockaddr_un address;
  size_t length = 0;
  int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  add_word(call, &length, find_key(contact));
  for (int i = 1; i < argc; i++) add_word(call, &length, argv[i]);
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, make_address(contact, &address)) != 0)
    die(EXIT_FAILED, "cannot ask the checkpoint service: %s; start the JVM again with crjvm checkpoint", strerror(errno));
  limit_waiting(connection);
  if (send(connection, call, length, MSG_NOSIGNAL) != (ssize_t)length ||
      recv(connection, &answer, sizeof answer, 0) <= (ssize_t)offsetof(struct answer, text))
    die(EXIT_FAILED, "the checkpoint service did not answer; start the JVM again with crjvm checkpoint");
  answer.text[sizeof answer.text - 1] = '\0';
  fputs(answer.text, answer.status == EXIT_OK || strncmp(answer.text, "crjvm: ", 7) != 0 ? stdout : stderr);
  return answer.status;
}
