/* All ways in which native code waits for a time. It is also built a second time, as a library that is loaded only after a
 * restore. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <jni.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ll

static struct timespec span(int64_t nanos) {
  if (nanos < 0) nanos = 0;
  return (struct timespec){nanos / SECOND, nanos % SECOND};
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static struct timespec in(clockid_t clock, int64_t nanos) { return span(now(clock) + nanos); }

/* Repeats calls with relative times. A dump interrupts such a call, so it returns, and the caller waits for the rest. */
#define FOR(nanos, left, call) \
  int64_t until = now(CLOCK_MONOTONIC) + (nanos), left = (nanos); \
  long result = -1; \
  while (left > 0) { \
    errno = 0; \
    result = (call); \
    if (result != -1 || errno != EINTR) break; \
    left = until - now(CLOCK_MONOTONIC); \
  }

/* Returns 0 if the time has passed, otherwise an error number. */
static int passed(int error) { return error == ETIMEDOUT ? 0 : error == 0 ? -1 : error; }

static int nanosleep_absolute(clockid_t clock, int64_t nanos) {
  struct timespec until = in(clock, nanos);
  int error;
  do error = clock_nanosleep(clock, TIMER_ABSTIME, &until, NULL);
  while (error == EINTR);
  return error;
}

static int nanosleep_monotonic(int64_t nanos) { return nanosleep_absolute(CLOCK_MONOTONIC, nanos); }

static int nanosleep_boottime(int64_t nanos) { return nanosleep_absolute(CLOCK_BOOTTIME, nanos); }

static int nanosleep_realtime(int64_t nanos) { return nanosleep_absolute(CLOCK_REALTIME, nanos); }

static int nanosleep_relative(int64_t nanos) {
  struct timespec left = span(nanos);
  while (nanosleep(&left, &left) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

static int wait_for_condition(clockid_t clock, int64_t nanos, int by_attribute) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_condattr_t attributes;
  pthread_cond_t condition;
  struct timespec until;
  int error;
  pthread_condattr_init(&attributes);
  if (by_attribute) pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&condition, &attributes);
  pthread_mutex_lock(&mutex);
  until = in(clock, nanos);
  do
    error = by_attribute ? pthread_cond_timedwait(&condition, &mutex, &until)
                         : pthread_cond_clockwait(&condition, &mutex, clock, &until);
  while (error == 0);
  pthread_mutex_unlock(&mutex);
  return passed(error);
}

static int cond_timedwait_monotonic(int64_t nanos) { return wait_for_condition(CLOCK_MONOTONIC, nanos, 1); }

static int cond_timedwait_realtime(int64_t nanos) { return wait_for_condition(CLOCK_REALTIME, nanos, 1); }

static int cond_clockwait_monotonic(int64_t nanos) { return wait_for_condition(CLOCK_MONOTONIC, nanos, 0); }

static int cond_clockwait_realtime(int64_t nanos) { return wait_for_condition(CLOCK_REALTIME, nanos, 0); }

static int semaphore_clockwait(int64_t nanos) {
  struct timespec until = in(CLOCK_MONOTONIC, nanos);
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  while (sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until) != 0)
    if (errno != EINTR) return passed(errno);
  return -1;
}

/* Finds the function by name, as other languages' runtimes do. */
static int semaphore_by_dlsym(int64_t nanos) {
  struct timespec until = in(CLOCK_MONOTONIC, nanos);
  int (*wait)(sem_t *, clockid_t, const struct timespec *);
  sem_t semaphore;
  *(void **)&wait = dlsym(RTLD_DEFAULT, "sem_clockwait");
  sem_init(&semaphore, 0, 0);
  while (wait(&semaphore, CLOCK_MONOTONIC, &until) != 0)
    if (errno != EINTR) return passed(errno);
  return -1;
}

static int semaphore_timedwait(int64_t nanos) {
  struct timespec until = in(CLOCK_REALTIME, nanos);
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  while (sem_timedwait(&semaphore, &until) != 0)
    if (errno != EINTR) return passed(errno);
  return -1;
}

static int mutex_clocklock(int64_t nanos) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  struct timespec until;
  pthread_mutex_lock(&mutex);
  until = in(CLOCK_MONOTONIC, nanos);
  return passed(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &until));
}

static int mutex_timedlock(int64_t nanos) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  struct timespec until;
  pthread_mutex_lock(&mutex);
  until = in(CLOCK_REALTIME, nanos);
  return passed(pthread_mutex_timedlock(&mutex, &until));
}

static int rwlock_clockwrlock(int64_t nanos) {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  struct timespec until;
  pthread_rwlock_rdlock(&lock);
  until = in(CLOCK_MONOTONIC, nanos);
  return passed(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &until));
}

static void *wait_for_post(void *semaphore) {
  while (sem_wait(semaphore) != 0);
  return NULL;
}

static int join_clocked(int64_t nanos) {
  struct timespec until;
  pthread_t thread;
  sem_t semaphore;
  int error;
  sem_init(&semaphore, 0, 0);
  error = pthread_create(&thread, NULL, wait_for_post, &semaphore);
  if (error != 0) return error;
  until = in(CLOCK_MONOTONIC, nanos);
  error = pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until);
  sem_post(&semaphore);
  pthread_join(thread, NULL);
  return passed(error);
}

static int wait_for_timerfd(clockid_t clock, int flags, int64_t nanos) {
  int timer = timerfd_create(clock, TFD_CLOEXEC);
  const struct itimerspec at = {{0, 0}, flags != 0 ? in(clock, nanos) : span(nanos)};
  uint64_t count = 0;
  ssize_t got;
  if (timer < 0 || timerfd_settime(timer, flags, &at, NULL) != 0) return errno;
  do got = read(timer, &count, sizeof count);
  while (got < 0 && errno == EINTR);
  close(timer);
  return got == sizeof count && count == 1 ? 0 : -1;
}

static int timerfd_absolute(int64_t nanos) { return wait_for_timerfd(CLOCK_MONOTONIC, TFD_TIMER_ABSTIME, nanos); }

static int timerfd_boottime(int64_t nanos) { return wait_for_timerfd(CLOCK_BOOTTIME, TFD_TIMER_ABSTIME, nanos); }

static int timerfd_realtime(int64_t nanos) { return wait_for_timerfd(CLOCK_REALTIME, TFD_TIMER_ABSTIME, nanos); }

static int timerfd_relative(int64_t nanos) { return wait_for_timerfd(CLOCK_MONOTONIC, 0, nanos); }

static int wait_for_timer(clockid_t clock, int64_t nanos) {
  const struct itimerspec at = {{0, 0}, in(clock, nanos)};
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 6};
  sigset_t set, before;
  timer_t timer;
  int result = 0;
  event._sigev_un._tid = gettid();
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 6);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  if (timer_create(clock, &event, &timer) != 0) return errno;
  if (timer_settime(timer, TIMER_ABSTIME, &at, NULL) != 0) result = errno;
  while (result == 0 && sigwaitinfo(&set, NULL) < 0)
    if (errno != EINTR) result = errno;
  timer_delete(timer);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

static int timer_absolute(int64_t nanos) { return wait_for_timer(CLOCK_MONOTONIC, nanos); }

static int timer_realtime(int64_t nanos) { return wait_for_timer(CLOCK_REALTIME, nanos); }

static int wait_for_futex(clockid_t clock, int flags, int64_t nanos) {
  const struct timespec until = in(clock, nanos);
  uint32_t word = 0;
  while (syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE | flags, 0, &until, NULL, FUTEX_BITSET_MATCH_ANY) == 0 ||
         errno == EINTR);
  return passed(errno);
}

static int futex_absolute(int64_t nanos) { return wait_for_futex(CLOCK_MONOTONIC, 0, nanos); }

static int futex_realtime(int64_t nanos) { return wait_for_futex(CLOCK_REALTIME, FUTEX_CLOCK_REALTIME, nanos); }

static int futex_relative(int64_t nanos) {
  uint32_t word = 0;
  struct timespec rest;
  FOR(nanos, left, (rest = span(left), syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &rest, NULL, 0)))
  return result == -1 && (errno == ETIMEDOUT || errno == EINTR) ? 0 : -1;
}

/* Waits without any function of the C library. */
static int futex_by_instruction(int64_t nanos) {
  const struct timespec until = in(CLOCK_MONOTONIC, nanos);
  uint32_t word = 0;
  long result;
  do {
#ifdef __aarch64__
    register long x8 __asm__("x8") = SYS_futex;
    register long x0 __asm__("x0") = (long)&word;
    register long x1 __asm__("x1") = FUTEX_WAIT_BITSET_PRIVATE;
    register long x2 __asm__("x2") = 0;
    register const struct timespec *x3 __asm__("x3") = &until;
    register void *x4 __asm__("x4") = NULL;
    register long x5 __asm__("x5") = FUTEX_BITSET_MATCH_ANY;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    result = x0;
#else
    register const struct timespec *r10 __asm__("r10") = &until;
    register void *r8 __asm__("r8") = NULL;
    register long r9 __asm__("r9") = FUTEX_BITSET_MATCH_ANY;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"((long)SYS_futex), "D"(&word), "S"((long)FUTEX_WAIT_BITSET_PRIVATE), "d"(0l), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
#endif
  } while (result == -EINTR);
  return passed((int)-result);
}

static int wait_poll(int64_t nanos) {
  FOR(nanos, left, poll(NULL, 0, (int)((left + 999999) / 1000000)))
  return result == -1 && errno != EINTR ? errno : 0;
}

static int wait_ppoll(int64_t nanos) {
  struct timespec rest;
  FOR(nanos, left, (rest = span(left), ppoll(NULL, 0, &rest, NULL)))
  return result == -1 && errno != EINTR ? errno : 0;
}

static int wait_select(int64_t nanos) {
  struct timeval rest;
  FOR(nanos, left, (rest = (struct timeval){left / SECOND, left % SECOND / 1000 + 1}, select(0, NULL, NULL, NULL, &rest)))
  return result == -1 && errno != EINTR ? errno : 0;
}

static int wait_epoll(int64_t nanos) {
  struct epoll_event event;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  FOR(nanos, left, epoll_wait(epoll, &event, 1, (int)((left + 999999) / 1000000)))
  close(epoll);
  return result > 0 ? -1 : 0;
}

static int wait_epoll_pwait2(int64_t nanos) {
  struct epoll_event event;
  struct timespec rest;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  FOR(nanos, left, (rest = span(left), epoll_pwait2(epoll, &event, 1, &rest, NULL)))
  close(epoll);
  return result > 0 ? -1 : 0;
}

static int wait_for_signal(int64_t nanos) {
  struct timespec rest;
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 7);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  FOR(nanos, left, (rest = span(left), sigtimedwait(&set, NULL, &rest)))
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int wait_to_receive(int64_t nanos) {
  struct timeval rest;
  int pair[2];
  char byte;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return errno;
  FOR(nanos, left,
      (rest = (struct timeval){left / SECOND, left % SECOND / 1000 + 1},
       setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &rest, sizeof rest), recv(pair[0], &byte, 1, 0)))
  close(pair[0]);
  close(pair[1]);
  return result == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Such a wait may begin before a checkpoint only: nobody can change the time of a system call that does not come from the C
 * library. */
#define ONLY_BEFORE 'b'
/* Such a wait may begin after a restore only, because a checkpoint refuses it. */
#define ONLY_AFTER 'a'
#define ALWAYS '-'

static const struct {
  const char *name;
  int (*wait)(int64_t nanos);
  char clock; /* c stands for the continued clock, w for the wall clock. */
  char when;
} KINDS[] = {
    {"clock_nanosleep", nanosleep_monotonic, 'c', ALWAYS},
    {"clock_nanosleep-boottime", nanosleep_boottime, 'c', ALWAYS},
    {"clock_nanosleep-realtime", nanosleep_realtime, 'w', ALWAYS},
    {"nanosleep", nanosleep_relative, 'c', ALWAYS},
    {"pthread_cond_timedwait", cond_timedwait_monotonic, 'c', ALWAYS},
    {"pthread_cond_timedwait-realtime", cond_timedwait_realtime, 'w', ALWAYS},
    {"pthread_cond_clockwait", cond_clockwait_monotonic, 'c', ALWAYS},
    {"pthread_cond_clockwait-realtime", cond_clockwait_realtime, 'w', ALWAYS},
    {"sem_clockwait", semaphore_clockwait, 'c', ALWAYS},
    {"sem_clockwait-dlsym", semaphore_by_dlsym, 'c', ALWAYS},
    {"sem_timedwait", semaphore_timedwait, 'w', ALWAYS},
    {"pthread_mutex_clocklock", mutex_clocklock, 'c', ALWAYS},
    {"pthread_mutex_timedlock", mutex_timedlock, 'w', ALWAYS},
    {"pthread_rwlock_clockwrlock", rwlock_clockwrlock, 'c', ALWAYS},
    {"pthread_clockjoin_np", join_clocked, 'c', ALWAYS},
    {"timerfd", timerfd_absolute, 'c', ALWAYS},
    {"timerfd-boottime", timerfd_boottime, 'c', ALWAYS},
    {"timerfd-relative", timerfd_relative, 'c', ALWAYS},
    {"timerfd-realtime", timerfd_realtime, 'w', ONLY_AFTER},
    {"timer_settime", timer_absolute, 'c', ONLY_AFTER},
    {"timer_settime-realtime", timer_realtime, 'w', ONLY_AFTER},
    {"futex", futex_absolute, 'c', ALWAYS},
    {"futex-realtime", futex_realtime, 'w', ALWAYS},
    {"futex-relative", futex_relative, 'c', ALWAYS},
    {"futex-instruction", futex_by_instruction, 'c', ONLY_BEFORE},
    {"poll", wait_poll, 'c', ALWAYS},
    {"ppoll", wait_ppoll, 'c', ALWAYS},
    {"select", wait_select, 'c', ALWAYS},
    {"epoll_wait", wait_epoll, 'c', ALWAYS},
    {"epoll_pwait2", wait_epoll_pwait2, 'c', ALWAYS},
    {"sigtimedwait", wait_for_signal, 'c', ALWAYS},
    {"recv", wait_to_receive, 'c', ALWAYS},
};

#define COUNT (sizeof KINDS / sizeof KINDS[0])

/* The copy of this library that is loaded late needs this symbol. */
__attribute__((visibility("default"))) int wait_by(const char *name, int64_t nanos) {
  for (size_t i = 0; i < COUNT; i++)
    if (strcmp(KINDS[i].name, name) == 0) return KINDS[i].wait(nanos);
  return ENOENT;
}

/* Returns a line for each wait: name, clock, and when it may begin. */
JNIEXPORT jstring JNICALL Java_crjvm_it_app_NativeWaits_kinds(JNIEnv *env, jclass type) {
  char text[COUNT * 64] = "";
  (void)type;
  for (size_t i = 0; i < COUNT; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s %c %c\n", KINDS[i].name, KINDS[i].clock, KINDS[i].when);
  return (*env)->NewStringUTF(env, text);
}

/* Returns 0, or an error number. If a library is given, its functions are used. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeWaits_waitBy(JNIEnv *env, jclass type, jstring library, jstring name,
                                                            jlong nanos) {
  int (*wait)(const char *, int64_t) = wait_by;
  const char *kind = (*env)->GetStringUTFChars(env, name, NULL);
  int error;
  (void)type;
  if (library != NULL) {
    const char *path = (*env)->GetStringUTFChars(env, library, NULL);
    void *late = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    *(void **)&wait = late == NULL ? NULL : dlsym(late, "wait_by");
    (*env)->ReleaseStringUTFChars(env, library, path);
  }
  error = wait == NULL ? ENOEXEC : wait(kind, nanos);
  (*env)->ReleaseStringUTFChars(env, name, kind);
  return error;
}

/* Opens a periodic timer. Reading it tells how often it has fired since the last time. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeWaits_openPeriodic(JNIEnv *env, jclass type, jlong nanos) {
  const struct itimerspec every = {span(nanos), in(CLOCK_MONOTONIC, nanos)};
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  (void)env;
  (void)type;
  return timer < 0 || timerfd_settime(timer, TFD_TIMER_ABSTIME, &every, NULL) != 0 ? -1 : timer;
}

JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeWaits_readPeriodic(JNIEnv *env, jclass type, jint timer) {
  uint64_t count = 0;
  ssize_t got;
  (void)env;
  (void)type;
  do got = read(timer, &count, sizeof count);
  while (got < 0 && errno == EINTR);
  return got == sizeof count ? (jlong)count : -1;
}

/* Reads a clock by its number, with nothing in between but the C library. */
JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeWaits_clock(JNIEnv *env, jclass type, jint clock) {
  (void)env;
  (void)type;
  return now(clock);
}
