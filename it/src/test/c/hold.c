/* Says how much of a file is not in the page cache, and keeps it there until the program is ended: the kernel drops no pages that a
 * process has mapped. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct stat status;
  int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0 || fstat(fd, &status)) {
    perror("open");
    return 1;
  }
  size_t size = (size_t)status.st_size, page = (size_t)sysconf(_SC_PAGESIZE), pages = (size + page - 1) / page, absent = 0;
  unsigned char *resident = malloc(pages);
  volatile unsigned char *content = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  if (!resident || content == MAP_FAILED || mincore((void *)content, size, resident)) {
    perror("mincore");
    return 1;
  }
  for (size_t i = 0; i < pages; i++) {
    absent += !(resident[i] & 1);
    (void)content[i * page];
  }
  printf("%zu percent are absent\nheld\n", absent * 100 / pages);
  fflush(stdout);
  pause();
}
