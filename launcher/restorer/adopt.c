/* Makes a parked copy the one that a start wants. The start is a process of the same user. What it asks for, anybody with its streams and
 * settings may have. What it could not have by itself, the copy has to lack as well: so its surroundings are compared, and the
 * kernel is asked for them. */
#include "adopt.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>

#include "allocate.h"
#include "ancillary.h"
#include "fallback.h"
#include "interruptions.h"
#include "keeper.h"
#include "kernel_names.h"
#include "limits.h"
#include "own_files.h"
#include "ports.h"
#include "print.h"
#include "restorer.h"
#include "signals.h"
#include "staging.h"
#include "streams.h"
#include "surroundings.h"
#include "syscall.h"
#include "take.h"
#include "timings.h"
#include "trust.h"

enum { RECEIVE_TIMEOUT = 20, PEER_PROCESS = 77 }; /* SO_RCVTIMEO, SO_PEERPIDFD */

enum { LIMITS = 16 };

static char place_name[96];
static int pool;
static struct options own_options;
static uint64_t limits[LIMITS][2]; /* the start's */

static void name_place(void) {
  struct text name = TEXT(place_name);
  append_copies(&name, &self.plan_file);
  append(&name, "%d", (int)sys(getpid));
}

int open_place(void) {
  struct {
    uint16_t family;
    char path[108];
  } address = {AF_UNIX, ""};
  static char partial[sizeof place_name + 1];
  struct text path = TEXT(address.path), name = TEXT(partial);
  static const char MAKE[] = "crjvm park makes it, for this user only";
  pool = open_pool();
  if (pool < 0) fail(MAKE, "the folder of parked copies: %e", (long)pool);
  pool = move_up(pool);
  own_options = self.options;
  name_place();
  append(&name, ".%s", place_name);
  append(&path, "/proc/self/fd/%d/%s", pool, partial);
  struct location location = {pool, partial};
  remove_own(&location, S_IFSOCK); /* of an earlier process with this id */
  long fd = sys(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  long error = fd < 0 ? fd : sys(bind, fd, &address, path.length + 3);
  if (!error) error = sys(listen, fd, 4);
  if (!error) error = rename_own(&location, place_name); /* a start removes a socket on which nobody listens */
  if (error) fail(NULL, "the socket of a parked copy: %e", error);
  location.name = place_name;
  remember_own(&location);
  return move_up((int)fd);
}

bool has_place(void) {
  struct stat held, found;
  int folder = open_pool();
  if (folder < 0) return false;
  bool has = sys(newfstatat, pool, place_name, &held, AT_SYMLINK_NOFOLLOW) == 0 &&
             sys(newfstatat, folder, place_name, &found, AT_SYMLINK_NOFOLLOW) == 0 && held.st_dev == found.st_dev &&
             held.st_ino == found.st_ino;
  sys(close, folder);
  return has;
}

static void refuse(int connection, const char *why) {
  struct taking_answer answer = {.kind = TAKING_REFUSED};
  struct text reason = TEXT(answer.reason);
  append(&reason, "%s", why);
  send_descriptors(connection, &answer, sizeof answer, 0, 0);
}

/* Returns true if the start still waits. Without that it goes on by itself, and this copy stays parked. */
static bool tell_taken(int connection) {
  struct taking_answer answer = {.kind = TAKING_TAKEN};
  return send_descriptors(connection, &answer, sizeof answer, 0, 0) == sizeof answer;
}

/* Returns the process that has connected, or 0 if it is another user's. */
static int32_t find_peer(int connection) {
  struct peer peer;
  if (identify_peer(connection, &peer)) return 0;
  return peer.user == (uint32_t)sys(geteuid) ? peer.process : 0;
}

/* Returns true if the process that has connected is still there, so that nothing was read of another one that has got its id. Kernels
 * before 6.5 can't tell. */
static bool is_peer_there(int connection) {
  int process;
  uint32_t length = sizeof process;
  if (sys(getsockopt, connection, SOL_SOCKET, PEER_PROCESS, &process, &length)) return true;
  struct pollfd ended = {.fd = process, .events = POLLIN};
  int64_t now[2] = {0, 0};
  bool there = sys(ppoll, &ended, 1, now, 0, 0) == 0;
  sys(close, process);
  return there;
}

static bool is_from_this_version(const struct taking *taking) {
  char buffer[sizeof taking->version];
  struct text version = TEXT(buffer);
  append(&version, "%s", CRJVM_VERSION);
  return __builtin_memcmp(taking->magic, TAKING_MAGIC, sizeof taking->magic) == 0 &&
         !taking->version[sizeof taking->version - 1] && text_equal(buffer, taking->version);
}

/* The kernel says what the start's limits are. A start may say that it has higher ones, which it could not have by itself. */
static bool can_have_limits(int32_t peer, struct text *why) {
  for (int i = 0; i < LIMITS; i++) {
    uint64_t own[2];
    if (sys(prlimit64, peer, i, 0, limits[i]) || sys(prlimit64, 0, i, 0, own)) {
      append(why, "its limits can't be read");
      return false;
    }
    if (limits[i][1] <= own[1]) continue;
    append(why, "it may not have limits as high as these");
    return false;
  }
  return true;
}

/* Memory that is used again for the next start. */
struct room {
  char *at;
  uint64_t size;
};

static void *make_room(struct room *room, uint64_t size) {
  if (room->size < size) *room = (struct room){allocate(size), size};
  return room->at;
}

/* Copies the strings into this process. Returns the pointers, in the form of arguments and environment, or NULL. */
static char **read_strings(const struct taking *taking, int memory) {
  enum { MOST_STRINGS = 1 << 20, MOST_BYTES = 64 << 20 };
  uint64_t bytes = taking->string_bytes, strings = (uint64_t)taking->argument_count + taking->environment_count;
  if (!taking->argument_count || strings > MOST_STRINGS || bytes > MOST_BYTES) return NULL;
  static struct room pointer_room, content_room;
  char **pointers = make_room(&pointer_room, (strings + 2) * sizeof *pointers);
  char *content = make_room(&content_room, bytes + 1);
  pointers[taking->argument_count] = pointers[strings + 1] = NULL;
  content[bytes] = 0;
  for (uint64_t done = 0; done < bytes;) {
    long got = sys(pread64, memory, content + done, bytes - done, done);
    if (got <= 0) return NULL;
    done += (uint64_t)got;
  }
  const char *end = content + bytes;
  for (uint64_t i = 0; i < strings; i++) {
    if (content >= end) return NULL;
    pointers[i + (i >= taking->argument_count)] = content;
    content += text_length(content) + 1;
  }
  return pointers;
}

static void refuse_maps(struct text *why) { append(why, "--map is another"); }

/* Finds out what the start wants, without changing this process. Returns false with a reason if it can't have it. */
static bool parse_start(const struct taking *taking, char **strings, struct options *wanted, struct text *why) {
  static struct room room;
  char **slots = make_room(&room, (taking->argument_count + 1ul) * sizeof *slots);
  *wanted = (struct options){0};
  if (!parse_options(wanted, (int)taking->argument_count, strings, slots, why)) return false;
  bool same_maps = wanted->map_count == own_options.map_count;
  for (int i = 0; same_maps && i < wanted->map_count; i++)
    same_maps =
        text_equal(wanted->maps[i].from, own_options.maps[i].from) && text_equal(wanted->maps[i].to, own_options.maps[i].to);
  if (!same_maps) refuse_maps(why);
  return same_maps;
}

static void set_signals(const struct taking *taking) {
  enum { SIGNALS = 64, SET_MASK = 2, IGNORE = 1 };
  for (int signal = 1; signal <= SIGNALS; signal++) {
    uint64_t action[4] = {taking->ignored >> (signal - 1) & 1 ? IGNORE : 0, 0, 0, 0};
    sys(rt_sigaction, signal, action, 0, 8);
  }
  sys(rt_sigprocmask, SET_MASK, &taking->blocked, 0, 8);
}

static void set_limits(void) {
  for (int i = 0; i < LIMITS; i++) {
    long error = sys(prlimit64, 0, i, limits[i], 0);
    if (error) fail(NULL, "limit %d: %e", i, error);
  }
  set_descriptor_limit();
}

/* descriptors are those of a message, see taking.h. */
static void become(const struct taking *taking, char **strings, const struct options *wanted, const int *descriptors) {
  int next = 3, streams[3];
  for (int i = 0; i < 3; i++) streams[i] = taking->open_streams >> i & 1 ? descriptors[next++] : -1;
  long error = sys(fchdir, descriptors[1]);
  if (error) fail(NULL, "the working folder: %e", error);
  replace_standard_streams(streams);
  sys(umask, taking->mask);
  sys(prctl, PR_SET_TIMERSLACK, taking->timer_slack);
  forget_ignored();
  set_signals(taking);
  ignore_size_signal();
  begin_timings(taking->started);
  self.options = *wanted;
  self.arguments = strings;
  self.argument_count = (int)taking->argument_count;
  self.environment = strings + taking->argument_count + 1;
  self.differs = false;
  self.memory_limit = 0;
  find_users();
  remove_port_file();
  set_limits();
  if (!withdraw_from_end()) fail(NULL, "oom_score_adj can't be set back");
}

/* Any process may change these two for itself, so what the start says is enough. */
static bool is_personality_same(const struct taking *taking) {
  return (uint64_t)sys(personality, 0xffffffff) == taking->personality &&
         (uint64_t)sys(prctl, PR_GET_TIMERSLACK) == taking->timer_slack;
}

/* A start in a Landlock sandbox can connect to a copy outside. But the kernel lets it not open this file of a process outside of its sandbox.
 * A descriptor with O_PATH would prove nothing. */
static bool may_look_here(int environment) {
  struct stat given, own;
  long flags = sys(fcntl, environment, F_GETFL);
  return flags >= 0 && !(flags & O_PATH) && !sys(fstat, environment, &given) &&
         !sys(newfstatat, AT_FDCWD, "/proc/self/environ", &own, 0) && given.st_dev == own.st_dev && given.st_ino == own.st_ino;
}

/* Says in why a start can't have this copy, or returns true. */
static bool can_have(const struct taking *taking, int environment, int32_t peer, struct text *why) {
  if (!is_from_this_version(taking)) append(why, "it was parked by another version");
  else if (!is_same_file(&taking->plan, &self.plan_file) || !is_same_file(&taking->memory, &self.memory_file))
    append(why, "the image has changed");
  else if (taking->maps != sum_maps(&own_options)) refuse_maps(why);
  else if (!is_personality_same(taking)) append(why, "its personality is another");
  else if (!may_look_here(environment)) append(why, "it may not look into the copy, as in a sandbox");
  else return can_have_limits(peer, why) && has_same_surroundings(peer, why);
  return false;
}

static int count_streams(const struct taking *taking) {
  int count = 0;
  for (int i = 0; i < 3; i++) count += taking->open_streams >> i & 1 ? 1 : 0;
  return count;
}

static bool serve(int connection, int listener) {
  static struct taking taking;
  static struct options wanted;
  char buffer[sizeof((struct taking_answer *)0)->reason];
  struct text reason = TEXT(buffer), *why = &reason;
  int descriptors[TAKING_DESCRIPTORS], count = TAKING_DESCRIPTORS;
  int64_t limit[2] = {TAKING_WAIT_S, 0};
  int32_t peer = find_peer(connection);
  if (!peer) return false;
  sys(setsockopt, connection, SOL_SOCKET, RECEIVE_TIMEOUT, limit, sizeof limit);
  long got = receive_descriptors(connection, &taking, sizeof taking, descriptors, &count);
  for (int i = 0; i < count; i++) descriptors[i] = move_up(descriptors[i]);
  bool complete = got == sizeof taking && count == 3 + count_streams(&taking);
  bool can = complete && can_have(&taking, descriptors[2], peer, why);
  if (can && !is_peer_there(connection)) can = false;
  char **strings = can ? read_strings(&taking, descriptors[0]) : NULL;
  bool malformed = !complete || (can && !strings);
  if (malformed) append(why, "it was asked in another way");
  bool agreed = strings && parse_start(&taking, strings, &wanted, why);
  if (!agreed && got > 0) refuse(connection, buffer);
  if (!agreed || !tell_taken(connection)) {
    for (int i = 0; i < count; i++) sys(close, descriptors[i]);
    return false;
  }
  end_interruptions();
  remove_own(&(struct location){pool, place_name}, S_IFSOCK);
  sys(close, listener);
  self.taker = connection;
  if (tell_keeper(connection)) fail(NULL, "its keeper is gone");
  hold_lines();
  become(&taking, strings, &wanted, descriptors);
  for (int i = 0; i < count; i++) sys(close, descriptors[i]);
  return true;
}

bool adopt_start(int listener) {
  long connection = sys(accept4, listener, 0, 0, O_CLOEXEC);
  if (connection < 0) return false;
  connection = move_up((int)connection);
  if (serve((int)connection, listener)) return true;
  sys(close, connection);
  return false;
}

void tell_running(void) {
  struct taking_answer answer = {.kind = TAKING_RUNS, .value = (int32_t)sys(getpid)};
  if (self.taker < 0) return;
  if (send_descriptors(self.taker, &answer, sizeof answer, 0, 0) != sizeof answer) exit_with(EXIT_UNUSABLE);
  release_lines();
  sys(close, self.taker);
  self.taker = -1;
}
