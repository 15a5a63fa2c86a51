/* Takes a parked copy. The copy is the child of another process. So this process stays, and is to its parent what the copy would have
 * been: it passes on signals, stops with it and ends as it does. The streams are the copy's own, nothing is copied through here. */
#include "take.h"

#include <asm/errno.h>
#include <asm/signal.h>
#include <asm/stat.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/wait.h>

#include "ancillary.h"
#include "crc.h"
#include "ending.h"
#include "fallback.h"
#include "kernel_names.h"
#include "names.h"
#include "objects.h"
#include "own_files.h"
#include "print.h"
#include "restorer.h"
#include "signal_descriptor.h"
#include "streams.h"
#include "syscall.h"
#include "timings.h"

enum { STDERR = 2, ADDRESS_ROOM = 110, PATH_ROOM = 4096 };

static const char *variable(const char *name) {
  for (char *const *each = self.environment; *each; each++)
    if (text_starts(*each, name) && (*each)[text_length(name)] == '=') return *each + text_length(name) + 1;
  return NULL;
}

int open_pool(void) {
  static char path[PATH_ROOM];
  struct text text = TEXT(path);
  struct stat status;
  const char *given = variable("CRJVM_POOL"), *runtime = variable("XDG_RUNTIME_DIR");
  uint64_t user = (uint64_t)sys(geteuid);
  if (given && *given) append(&text, "%s", given);
  else if (runtime && *runtime == '/') append(&text, "%s/crjvm-parked", runtime);
  else append(&text, "/tmp/crjvm-parked-%u", user);
  long fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return (int)fd;
  if (sys(fstat, fd, &status) == 0 && status.st_uid == user && !(status.st_mode & 077)) return (int)fd;
  sys(close, fd);
  return -EPERM;
}

uint32_t sum_maps(const struct options *options) {
  uint32_t sum = 0;
  for (int i = 0; i < options->map_count; i++) {
    const char *map = options->maps[i].from; /* with all that follows it */
    sum = crc32c(sum, map, text_length(map) + 1);
  }
  return sum;
}

void append_copies(struct text *name, const struct file_identity *plan) { append(name, "%x-%x-", plan->device, plan->number); }

static long identify_in_image(const char *name, struct file_identity *into) {
  static char path[PATH_ROOM];
  struct text text = TEXT(path);
  append(&text, "%s/%s", self.options.image, name);
  return identify_file(AT_FDCWD, path, into);
}

/* Returns true if this start can be served by a process of another parent, with another process id and its own descriptors. systemd believes
 * only the process that it has started. */
static bool can_be_parked(void) {
  const struct options *o = &self.options;
  int named[1];
  const char *notified = variable("NOTIFY_SOCKET");
  return !(notified && *notified) && !o->check && !o->check_place && !o->cold && !o->same_pid && !o->await_connection &&
         !o->park && !o->no_parked && find_named_descriptors(o, named, 1) == 0;
}

static void read_actions(struct taking *taking) {
  enum { SIGNALS = 64, IGNORE = 1 };
  for (int signal = 1; signal <= SIGNALS; signal++) {
    uint64_t action[4];
    if (sys(rt_sigaction, signal, 0, action, 8) == 0 && action[0] == IGNORE) taking->ignored |= 1ul << (signal - 1);
  }
}

static uint64_t count_bytes(char *const *strings) {
  uint64_t sum = 0;
  for (; *strings; strings++) sum += text_length(*strings) + 1;
  return sum;
}

static bool write_strings(int fd, char *const *strings) {
  for (; *strings; strings++) {
    uint64_t length = text_length(*strings) + 1;
    for (uint64_t done = 0; done < length;) {
      long written = sys(write, fd, *strings + done, length - done);
      if (written <= 0) return false;
      done += (uint64_t)written;
    }
  }
  return true;
}

/* Fills in what is sent, and the descriptors. Returns their number, or 0 if something can't be had. */
static int prepare(struct taking *taking, int *descriptors) {
  int count = 0;
  struct text version = TEXT(taking->version);
  __builtin_memcpy(taking->magic, TAKING_MAGIC, sizeof taking->magic);
  append(&version, "%s", CRJVM_VERSION);
  taking->started = self.started;
  taking->maps = sum_maps(&self.options);
  read_actions(taking);
  taking->timer_slack = (uint64_t)sys(prctl, PR_GET_TIMERSLACK);
  taking->personality = (uint64_t)sys(personality, 0xffffffff);
  taking->mask = (uint32_t)sys(umask, 0);
  sys(umask, taking->mask);
  for (char *const *each = self.environment; *each; each++) taking->environment_count++;
  taking->argument_count = (uint32_t)self.argument_count;
  taking->string_bytes = count_bytes(self.arguments) + count_bytes(self.environment);
  descriptors[count++] = make_memory("crjvm-start", false, false);
  descriptors[count++] = (int)sys(openat, AT_FDCWD, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  descriptors[count++] = -1; /* each copy's own */
  if (descriptors[1] < 0 || !write_strings(descriptors[0], self.arguments) || !write_strings(descriptors[0], self.environment))
    return 0;
  for (int stream = 0; stream < 3; stream++) {
    if (is_closed_stream(stream)) continue;
    taking->open_streams |= 1u << stream;
    descriptors[count++] = stream;
  }
  return count;
}

static int connect_to(int folder, const char *name) {
  struct {
    uint16_t family;
    char path[ADDRESS_ROOM - 2];
  } address = {AF_UNIX, ""};
  struct text path = TEXT(address.path);
  append(&path, "/proc/self/fd/%d/%s", folder, name);
  long fd = sys(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return (int)fd;
  long error = sys(connect, fd, &address, path.length + 3);
  if (!error) return (int)fd;
  sys(close, fd);
  if (error == -ECONNREFUSED) remove_own(&(struct location){folder, name}, S_IFSOCK); /* its copy is gone */
  return (int)error;
}

static void tell_refusal(const char *why) {
  static char buffer[256], told[sizeof((struct taking_answer *)0)->reason];
  struct text line = TEXT(buffer), copy = TEXT(told);
  if (!self.options.verbose || text_equal(why, told)) return;
  append(&copy, "%s", why);
  append(&line, "crjvm: no parked copy is taken: %s\n", why);
  print_line(&line);
}

/* Opens a file of the copy that only those may open that may look into its process. */
static int open_environment(int connection) {
  struct peer peer;
  char buffer[64];
  struct text path = TEXT(buffer);
  if (identify_peer(connection, &peer)) return -1;
  append(&path, "/proc/%d/environ", peer.process);
  return (int)sys(openat, AT_FDCWD, buffer, O_RDONLY | O_CLOEXEC);
}

/* Waits for an answer and returns its kind, or 0. If none comes in time, the copy can't send any more, and does not go on. Its answer may
 * have come at the last moment. */
static uint32_t receive_answer(int connection, struct taking_answer *answer, int64_t milliseconds) {
  int64_t limit[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  struct pollfd wait = {.fd = connection, .events = POLLIN};
  if (sys(ppoll, &wait, 1, limit, 0, 0) <= 0) sys(shutdown, connection, SHUT_RD);
  bool complete = sys(recvfrom, connection, answer, sizeof *answer, 0, 0, 0) == sizeof *answer;
  answer->reason[sizeof answer->reason - 1] = 0;
  return complete ? answer->kind : 0;
}

/* Waits until a copy that was taken, and does not run, has ended. Its keeper closes the connection after that. The kernel has closed the
 * copy's ports by then, which this process is going to need. */
static void await_end(int connection) {
  int64_t limit[2] = {TAKING_END_S, 0};
  struct pollfd wait = {.fd = connection};
  send_descriptors(connection, "", 1, 0, 0);
  sys(ppoll, &wait, 1, limit, 0, 0);
}

static void pass_on(int process, int signal) {
  /* The copy is alone in its session, where the kernel lets these three not stop anybody. */
  bool stops = signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
  sys(pidfd_send_signal, process, stops ? SIGSTOP : signal, 0, 0);
}

/* Waits for orphans, which this process inherits if it is process 1 of a PID namespace. */
static void meet_orphans(void) {
  int status;
  while (sys(wait4, -1, &status, WNOHANG, 0) > 0) continue;
}

static void stop(void) {
  long own = sys(getpid);
  sys(kill, own, SIGSTOP);
}

static _Noreturn void end_without_status(void) {
  char buffer[128];
  struct text line = TEXT(buffer), *why = &line;
  append(&line, "crjvm: ");
  append(why, "how the application ends can't be told: the keeper of its parked copy has ended");
  append(&line, "\n");
  print_line(&line);
  exit_with(EXIT_USAGE);
}

/* Reads what the keeper says. Returns false if there is no keeper any more. */
static bool hear_keeper(int connection) {
  struct taking_answer answer;
  long got = sys(recvfrom, connection, &answer, sizeof answer, 0, 0, 0);
  if (got == -EAGAIN) return true;
  if (got != sizeof answer) return false;
  if (answer.kind == TAKING_STOPPED) stop();
  if (answer.kind == TAKING_ENDED) end_as(answer.value);
  return true;
}

static _Noreturn void follow(int connection, int signals, int process) {
  bool is_kept = true;
  for (;;) {
    struct pollfd wait[] = {{.fd = signals, .events = POLLIN},
                            {.fd = is_kept ? connection : -1, .events = POLLIN},
                            {.fd = is_kept ? -1 : process, .events = POLLIN}};
    if (sys(ppoll, wait, 3, 0, 0, 0) < 0) continue;
    if (wait[0].revents) {
      int signal = read_signal(signals);
      if (signal == SIGCHLD) meet_orphans();
      else if (signal > 0) pass_on(process, signal);
    }
    if (wait[1].revents) is_kept = hear_keeper(connection);
    if (wait[2].revents) end_without_status();
  }
}

/* Closes everything but what is needed. The copy alone has the caller's streams, so whoever reads from them sees when it closes them.
 * Standard error stays for one message. */
static _Noreturn void become_front(int connection, int signals, int process) {
  const int needed[] = {STDERR, connection, signals, process};
  close_all_but(needed, sizeof needed / sizeof *needed);
  follow(connection, signals, process);
}

/* Returns false if another copy may be asked. One that refuses may be of another pool, which has other options or surroundings. */
static bool ask(int connection, const struct taking *taking, int *descriptors, int count, int signals) {
  struct taking_answer answer = {0};
  struct text why = TEXT(answer.reason);
  descriptors[2] = open_environment(connection);
  if (descriptors[2] < 0) {
    append(&why, "it may not look into the copy, as in a sandbox");
    tell_refusal(answer.reason);
    return false;
  }
  if (send_descriptors(connection, taking, sizeof *taking, descriptors, count) != sizeof *taking) return false;
  uint32_t kind = receive_answer(connection, &answer, TAKING_ANSWER_MS);
  bool taken = kind == TAKING_TAKEN;
  if (taken) kind = receive_answer(connection, &answer, TAKING_RUN_MS);
  if (kind == TAKING_RUNS) become_front(connection, signals, (int)sys(pidfd_open, answer.value, 0));
  if (kind == TAKING_REFUSED) tell_refusal(answer.reason);
  if (taken) await_end(connection);
  return taken;
}

static void ask_all(int pool, struct taking *taking) {
  enum { TRIES = 8, SECOND = 1000000000 };
  uint64_t deadline = now() + (uint64_t)TAKING_WAIT_S * SECOND; /* some may be stopped */
  static char beginning[64];
  int descriptors[TAKING_DESCRIPTORS], count = 0, tries = 0;
  struct text prefix = TEXT(beginning);
  struct names names = {pool, 0, 0};
  const char *name;
  bool done = false;
  append_copies(&prefix, &taking->plan);
  while (!done && tries < TRIES && now() < deadline && (name = next_name(&names))) {
    if (!text_starts(name, beginning)) continue;
    int connection = connect_to(pool, name);
    if (connection < 0) continue;
    tries++;
    if (!count) {
      count = prepare(taking, descriptors);
      if (!count) return;
    }
    int signals = open_signals(&taking->blocked);
    done = signals < 0 || ask(connection, taking, descriptors, count, signals);
    if (signals >= 0) close_signals(signals, taking->blocked);
    if (descriptors[2] >= 0) sys(close, descriptors[2]);
    descriptors[2] = -1;
    sys(close, connection);
  }
  for (int i = 0; i < count && i < 2; i++) sys(close, descriptors[i]);
}

void take_parked(void) {
  struct taking taking = {0};
  int pool = can_be_parked() ? open_pool() : -1;
  if (pool < 0) return;
  if (!identify_in_image("plan", &taking.plan) && !identify_in_image("memory", &taking.memory)) ask_all(pool, &taking);
  sys(close, pool);
}
