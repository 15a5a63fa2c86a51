/* The JNI library of the application under test: state of its own, a callback, malloc blocks that grow, kernel objects. */
#define _GNU_SOURCE /* It is for memfd_create. */
#include <fcntl.h>
#include <jni.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static jint counter;

JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeExercise_count(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  return ++counter;
}

JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeExercise_callBack(JNIEnv *env, jclass type, jint value) {
  jmethodID twice = (*env)->GetStaticMethodID(env, type, "twice", "(I)I");

  return twice == NULL ? -1 : (*env)->CallStaticIntMethod(env, type, twice, value);
}

JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeExercise_allocate(JNIEnv *env, jclass type, jint size) {
  unsigned char *block = malloc((size_t)size);
  (void)env;
  (void)type;
  for (jint i = 0; block != NULL && i < size; i++) block[i] = (unsigned char)(i * 7);
  return (jlong)block;
}

/* Uses blocks that are mappings of their own because of their size: realloc grows them with mremap, beyond the part in an
 * image's file. */
JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeExercise_grow(JNIEnv *env, jclass type, jlong address, jint old_size,
                                                              jint new_size) {
  unsigned char *block = realloc((void *)address, (size_t)new_size);
  (void)env;
  (void)type;
  if (block == NULL) return -2;
  for (jint i = 0; i < old_size; i++)
    if (block[i] != (unsigned char)(i * 7)) return -1;
  memset(block + old_size, 0x5a, (size_t)(new_size - old_size));
  return block[new_size - 1] == 0x5a ? (jlong)block : -2;
}

JNIEXPORT void JNICALL Java_crjvm_it_app_NativeExercise_release(JNIEnv *env, jclass type, jlong address) {
  (void)env;
  (void)type;
  free((void *)address);
}

JNIEXPORT jboolean JNICALL Java_crjvm_it_app_NativeExercise_isFreshMemoryZero(JNIEnv *env, jclass type) {
  bool zero = true;
  (void)env;
  (void)type;
  for (size_t size = 64; size <= 1 << 20; size *= 2) {
    unsigned char *blocks[16];
    for (int i = 0; i < 16; i++) {
      blocks[i] = calloc(1, size);
      for (size_t at = 0; blocks[i] != NULL && at < size; at++) zero &= blocks[i][at] == 0;
      if (blocks[i] != NULL) memset(blocks[i], 1, size);
    }
    for (int i = 0; i < 16; i++) free(blocks[i]);
    malloc_trim(0); /* The next round may get the memory that this gives back. */
  }
  return zero;
}

/* Malloc blocks that grow and shrink all the time: small ones in malloc's arenas, large ones that are mappings of their own. */
enum { BLOCKS = 64, LARGEST_SHIFT = 21 };

static struct {
  unsigned char *start;
  size_t size;
} blocks[BLOCKS];

static unsigned char expected(size_t block, size_t at) { return (unsigned char)(block * 31 + at * 7 + 1); }

/* Makes a step of a generator that is good enough for sizes. */
static uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

/* Returns the number of blocks that had changed, or -1 if there was no memory. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_ReallocationExercise_reallocate(JNIEnv *env, jclass type, jint rounds, jint seed) {
  uint32_t state = (uint32_t)seed;
  jint wrong = 0;
  (void)env;
  (void)type;
  for (jint round = 0; round < rounds; round++) {
    size_t block = next_random(&state) % BLOCKS;
    size_t size = 1 + next_random(&state) % (1u << (6 + next_random(&state) % (LARGEST_SHIFT - 5)));
    unsigned char *start = realloc(blocks[block].start, size);
    size_t kept = size < blocks[block].size ? size : blocks[block].size;
    bool same = true;
    if (start == NULL) return -1;
    for (size_t at = 0; at < kept; at++) same &= start[at] == expected(block, at);
    wrong += !same;
    for (size_t at = same ? kept : 0; at < size; at++) start[at] = expected(block, at);
    blocks[block].start = start;
    blocks[block].size = size;
  }
  return wrong;
}

/* A mapping that this library made for itself, with which it does everything that is allowed. */
enum { MAPPED = 1 << 20, GROWN = 8 << 20 };

static unsigned char *own;

JNIEXPORT jboolean JNICALL Java_crjvm_it_app_MappingExercise_map(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  own = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (own == MAP_FAILED) return false;
  for (size_t at = 0; at < MAPPED; at++) own[at] = expected(1, at);
  return true;
}

static bool is_as_left(size_t from, size_t to) {
  bool same = true;
  for (size_t at = from; at < to; at++) same &= own[at] == expected(1, at);
  return same;
}

static bool is_zero(size_t from, size_t to) {
  bool zero = true;
  for (size_t at = from; at < to; at++) zero &= own[at] == 0;
  return zero;
}

/* Returns 0, or the number of the first check that failed. Leaves the mapping as it was. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_MappingExercise_use(JNIEnv *env, jclass type) {
  unsigned char *grown;
  (void)env;
  (void)type;
  if (!is_as_left(0, MAPPED)) return 1;
  if (madvise(own, MAPPED / 2, MADV_DONTNEED) != 0 || !is_zero(0, MAPPED / 2) || !is_as_left(MAPPED / 2, MAPPED)) return 2;
  grown = mremap(own, MAPPED, GROWN, MREMAP_MAYMOVE);
  if (grown == MAP_FAILED) return 3;
  own = grown;
  if (!is_as_left(MAPPED / 2, MAPPED) || !is_zero(MAPPED, GROWN)) return 4;
  memset(own, 0x5a, GROWN);
  if (mprotect(own, MAPPED, PROT_READ) != 0 || mprotect(own, MAPPED, PROT_READ | PROT_WRITE) != 0) return 5;
  own = mremap(own, GROWN, MAPPED, 0);
  if (own == MAP_FAILED) return 6;
  for (size_t at = 0; at < MAPPED; at++) own[at] = expected(1, at);
  return 0;
}

/* Kernel objects that libraries make, but Java itself does not. */
static struct {
  int memory, event, timer, signal, watch, directory, pair[2];
  char *mapped;
} objects;

JNIEXPORT jint JNICALL Java_crjvm_it_app_KernelObjectExercise_make(JNIEnv *env, jclass type, jstring folder) {
  const struct itimerspec every = {{0, 50000000}, {0, 50000000}};
  const char *path = (*env)->GetStringUTFChars(env, folder, NULL);
  sigset_t set;
  (void)type;
  objects.memory = memfd_create("exercise", MFD_CLOEXEC);
  if (objects.memory < 0 || write(objects.memory, "memory", 6) != 6) return 1;
  objects.mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (objects.mapped == MAP_FAILED) return 2;
  strcpy(objects.mapped + 4096, "shared");
  if ((objects.event = eventfd(5, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) return 3;
  objects.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  if (objects.timer < 0 || timerfd_settime(objects.timer, 0, &every, NULL) != 0) return 4;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 5);
  if ((objects.signal = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0) return 5;
  objects.watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  /* It is the second of two watches: so the number that the application knows is not the first one that a new inotify gives. */
  if (objects.watch < 0 || inotify_rm_watch(objects.watch, inotify_add_watch(objects.watch, path, IN_CREATE)) != 0) return 6;
  while (read(objects.watch, (char[512]){0}, 512) > 0);
  objects.directory = inotify_add_watch(objects.watch, path, IN_CREATE);
  if (objects.directory < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, objects.pair) != 0) return 7;
  (*env)->ReleaseStringUTFChars(env, folder, path);
  return 0;
}

static bool signal_arrives(void) {
  struct signalfd_siginfo info;
  sigset_t set, before;
  bool arrived;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 5);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  pthread_kill(pthread_self(), SIGRTMIN + 5);
  arrived = read(objects.signal, &info, sizeof info) == sizeof info && info.ssi_signo == (uint32_t)(SIGRTMIN + 5);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return arrived;
}

static bool file_is_noticed(const char *path) {
  _Alignas(struct inotify_event) char buffer[512];
  const struct inotify_event *event = (const struct inotify_event *)buffer;
  int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

  if (file < 0) return false;
  close(file);
  unlink(path);
  return read(objects.watch, buffer, sizeof buffer) > 0 && event->wd == objects.directory && (event->mask & IN_CREATE) != 0;
}

/* Returns 0, or the number of the first object that has changed. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_KernelObjectExercise_use(JNIEnv *env, jclass type, jstring file) {
  const char *path = (*env)->GetStringUTFChars(env, file, NULL);
  uint64_t count = 5;
  char text[8] = "";
  (void)type;
  if (lseek(objects.memory, 0, SEEK_CUR) != 6 || pread(objects.memory, text, 6, 0) != 6 || strcmp(text, "memory") != 0) return 1;
  if (strcmp(objects.mapped + 4096, "shared") != 0) return 2;
  if (read(objects.event, &count, sizeof count) != sizeof count || count != 5 ||
      write(objects.event, &count, sizeof count) != sizeof count)
    return 3;
  if (read(objects.timer, &count, sizeof count) != sizeof count || count == 0) return 4;
  if (!signal_arrives()) return 5;
  if (!file_is_noticed(path)) return 6;
  if (write(objects.pair[0], "x", 1) != 1 || read(objects.pair[1], text, 1) != 1 || text[0] != 'x') return 7;
  (*env)->ReleaseStringUTFChars(env, file, path);
  return 0;
}

/* Locks memory, which stays locked. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_Resources_lock(JNIEnv *env, jclass type, jint size) {
  void *block = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)env;
  (void)type;
  if (block == MAP_FAILED) return -1;
  memset(block, 0x5a, (size_t)size);
  return mlock(block, (size_t)size);
}
