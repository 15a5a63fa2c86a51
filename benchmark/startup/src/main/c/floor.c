/* Measures the work that every start has to do: an exec, mappings, threads. It prints the nanoseconds of the part that its
 * argument names. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define MOST 4096

static pthread_barrier_t barrier;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Makes private mappings of one file. There is a gap after each, so that the kernel merges none. */
static void map(int count, int fd) {
  char *at = mmap(NULL, (size_t)count * 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) exit(1);
  for (int i = 0; i < count; i++)
    if (mmap(at + (size_t)i * 2 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED) exit(1);
}

static void *wait_for_all(void *unused) {
  pthread_barrier_wait(&barrier);
  return unused;
}

/* Starts threads that all exist at the same time, as a restored JVM's do. */
static void start_threads(int count) {
  pthread_t threads[MOST];
  pthread_barrier_init(&barrier, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, wait_for_all, NULL)) exit(1);
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[2]) : 0;
  long long before = now();
  if (argc == 1) return 0;
  if (count < 1 || count > MOST) return 2;
  if (!strcmp(argv[1], "maps")) map(count, fileno(fopen(argv[0], "r")));
  else start_threads(count);
  printf("%lld\n", now() - before);
  return 0;
}
